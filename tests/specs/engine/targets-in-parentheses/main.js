// A pattern assigns to names and properties in parentheses as to those without.
function main() {
    let x, y, z, f, o = {}; const results = [];
    [(x)] = [1]; results.push(x);
    [((x)), [(y)]] = [2, [3]]; results.push(x, y);
    [(x) = 4, (o.a) = 5, (o['b'])] = [undefined, undefined, 6]; results.push(x, o);
    [y, ...(x)] = [1, 2, 3]; results.push(x, y);
    [...(o.rest)] = [1, 2]; results.push(o.rest);
    ({ a: (x), b: (o.c), c: [(y)] = [7], d: ((z)) = 8 } = { a: 9, b: 10 }); results.push(x, o.c, y, z);
    ({ a: x, ...(y) } = { a: 1, b: 2 }); results.push(x, y);
    ({ a: x, ...(o.more) } = { a: 1, b: 2 }); results.push(o.more);
    ({ ['a']: (x), ['b']: (o.d) = 11 } = { a: 12 }); results.push(x, o.d);
    for ([(x)] of [[13]]) results.push(x);
    for ({ a: (o.e) } of [{ a: 14 }]) results.push(o.e);
    for ([(x), (o.g)] in { ab: 1 }) results.push(x, o.g);
    [(f) = () => 1] = []; results.push(f.name);
    [f = () => 1] = []; results.push(f.name);
    ({ a: (f) = () => 1 } = {}); results.push(f.name);
    (x) = 15; (o.h) += 1; ((x))++; results.push(x, (x), [(x)], { x: (x) }, o.h === undefined);
    const read = ([a, { b = (x), c: [d] = [(y)] }] = [1, {}]) => [a, b, d]; results.push(read());
    return results;
}
