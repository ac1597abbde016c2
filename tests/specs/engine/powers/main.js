// 1 to the power of NaN is NaN, and `**` equals Math.pow.
const power = (a, b) => a ** b;
const assigned = (a, b) => { a **= b; return a; };
const same = (a, b) => Object.is(a, b);
const shown = x => Object.is(x, -0) ? '-0' : String(x);
function main() {
    const odd = [[1, NaN], [1, undefined], [-1, NaN], [1, Infinity], [-1, -Infinity], [-1, Infinity], [1.0, 'x'], [NaN, 0], [0, 0], [-0, 3], [-0, 2], [-0, -1], [-0, -2], [0, -1], [-8, 1 / 3], [2, -1074], [2, 1024], [-2, 31], [-2, 1023], [-2, 1024], [2, 53], [3, 33], [-3, 33], [7, 18], [10, 22], [10, 23], [10, 15], [-10, 23], [0.5, 3], [2, 0.5], [Infinity, -1], [-Infinity, 3], [-Infinity, -3], [null, 0], [true, 8], ['2', '10'], [2, 127], [2, 128], [-5, 0], [4294967296, 3], [2.5, 7]];
    const close = [[1.05, 360], [1.0041666666666667, 360], [1.1, 50], [10, 50], [10, 100], [10, 200], [10, 300], [10, -5], [10, -20], [1.01, 365], [0.99, 1000], [3, 100], [7, 33], [1.5, 200], [0.1, 5], [0.1, 20], [1.000001, 1e6], [1.07, 30], [76, 18], [49, 15]];
    const agree = [...odd, ...close].filter(([a, b]) => !same(power(a, b), Math.pow(a, b)) || !same(assigned(a, b), Math.pow(a, b)));
    const near = close.filter(([a, b]) => { const one = power(a, b), steps = Math.exp(b * Math.log(a)); return Math.abs(one / steps - 1) > 1e-9; });
    return [odd.map(([a, b]) => shown(power(a, b))), agree, near, 1 ** NaN, (-1) ** Infinity, 10 ** 23 === 1e23, 10 ** 23 === Math.pow(10, 23), 10 ** 2, 2n ** 70n + ''];
}
