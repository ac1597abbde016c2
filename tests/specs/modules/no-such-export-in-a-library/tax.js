export const rate = 0.12;
