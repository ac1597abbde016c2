// library: big.js/big.js
function main() {
    const Big = library.Big ?? library;
    const vat = new Big('0.1').plus('0.2').times(3).round(2);
    return {
        sum: new Big('0.1').plus('0.2').toString(),
        vat: vat.toFixed(2),
        third: new Big(1).div(3).toString(),
        large: new Big('123456789012345678901234567890').times('1e10').toString(),
        order: new Big(2).cmp('10'),
        json: JSON.stringify({ price: new Big('19.90') }),
    };
}
