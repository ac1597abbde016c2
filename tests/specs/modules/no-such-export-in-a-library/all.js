export const one = 1;
export { vat } from "lib:tax";
