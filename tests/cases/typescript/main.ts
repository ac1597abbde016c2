// Types are removed, and the script runs like any other.
interface Line { price: number; quantity: number }
type Total = { total: number };
function sum<T extends Line>(lines: readonly T[]): number {
    return lines.reduce((total: number, { price, quantity }) => total + price * quantity, 0);
}
async function main(): Promise<Total> {
    const lines = [{ price: 2, quantity: 3 }, { price: 1.5, quantity: 2 }] satisfies Line[];
    return { total: sum(lines as Line[])! };
}
