// library: decimal.js/decimal.js
function main() {
    const Decimal = library.Decimal ?? library;
    Decimal.set({ precision: 30 });
    return {
        sum: new Decimal(0.1).plus(0.2).toString(),
        root: Decimal.sqrt(2).toString(),
        power: new Decimal(1.05).pow(12).toFixed(8),
        logarithm: Decimal.ln(10).toString(),
        hexadecimal: new Decimal('0xff.8').toString(),
        fraction: new Decimal(0.75).toFraction().map(String),
        rounded: new Decimal('2.5').toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN).toNumber(),
    };
}
