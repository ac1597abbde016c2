// n: 20000
const RATES = { UZS: 1, USD: 12650.5, EUR: 13720.25, RUB: 140.1 };
const convert = (amount, from, to) => (amount * RATES[from]) / RATES[to];
const round = (value, digits = 2) => {
    const factor = 10 ** digits;
    return Math.round((value + Number.EPSILON) * factor) / factor;
};
const withTax = (net, { rate = 12, included = false } = {}) => (included ? net : round(net * (1 + rate / 100)));
function main(n) {
    const names = Object.keys(RATES);
    let total = 0;
    for (let i = 0; i < n; i++) {
        const price = convert(100 + i, names[i % 4], names[(i + 1) % 4]);
        total += withTax(price) + withTax(round(price), { rate: 5 }) + withTax(price, { included: i % 2 === 0 });
        total %= 1000000007;
    }
    return round(total);
}
