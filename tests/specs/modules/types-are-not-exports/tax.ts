export interface Rate { of: number }
export let undefinedOne: string | undefined;
export const vat = (rate: Rate) => rate.of;
