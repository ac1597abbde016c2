import { round } from "lib:tax";

export default "hello";
export const MARK = `${round(1.005)}!`;
export const shout = (text) => text.toUpperCase();
