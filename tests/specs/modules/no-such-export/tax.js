export const vat = 0.12;
