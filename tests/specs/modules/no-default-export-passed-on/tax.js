export const vat = 0.12;
export default 1;
