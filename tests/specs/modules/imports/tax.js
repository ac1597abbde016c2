const RATE = 0.12;

export function vat(total) {
    return total * RATE;
}
export const round = (amount) => Math.round(amount * 100) / 100;
