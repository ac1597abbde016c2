// Computed names in patterns, with default values and with nested patterns.
const key = 'k', list = ['a', 'b'];
const one = ({ [key]: a = 'none', ...others }) => [a, others];
const two = ({ ['x']: { [key]: a = 1, b } = {}, [list[1]]: [c, d = c] = [5] }) => [a, b, c, d];
const three = async ({ [key + 1]: a = 2 } = {}, { [`${key}2`]: b = a } = {}) => [a, b];
async function main() {
    let a, b, c, d; const o = {};
    ({ [key]: a = 'none', ['x']: { [key]: b } = { k: 'inner' }, [list[0]]: [c, d = 4] } = { a: [3] });
    ({ [key]: o.p = 7, ['q']: o['r'] } = { q: 8 });
    const seen = [];
    for ({ [key]: a = 'loop', ['y']: [b = 9] } of [{ y: [] }, { k: 1, y: [2] }]) seen.push(a, b);
    const named = (({ [key]: f = () => 1, [key]: g = class { } }) => [f.name, g.name])({});
    return [one({ k: 1, z: 2 }), one({ z: 2 }), two({ b: [3] }), two({ x: { k: 2, b: 3 } }), await three(), await three({ k1: 5 }, { k2: 6 }), [c, d, o], seen, named];
}
