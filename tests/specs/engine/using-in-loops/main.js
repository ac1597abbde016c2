// `using` in heads of loops: each iteration of `for … of` disposes of its resource, the others when the loop ends.
let seen = [];
function resource(name, fails) {
    return { name, [Symbol.dispose]() { seen.push(`-${name}`); if (fails) throw new Error(`${name} fails`); } };
}
function later(name) {
    return { name, async [Symbol.asyncDispose]() { await null; seen.push(`-${name}`); } };
}
function* several(...names) {
    try { for (const name of names) yield resource(name); } finally { seen.push('closed'); }
}
async function run(work) {
    seen = [];
    let end;
    try { end = await work(); } catch (error) { end = error instanceof Error ? `${error.name}: ${error.error?.message ?? error.message}` : error; }
    return [seen.join(' '), ...(end === undefined ? [] : [end])];
}
const cases = [
    () => { for (using x of several('a', 'b')) seen.push(x.name); },
    () => { for (using x of several('a', 'b', 'c')) { seen.push(x.name); if (x.name === 'b') break; } },
    () => { for (using x of several('a', 'b', 'c')) { if (x.name === 'b') continue; seen.push(x.name); } },
    () => { outer: for (const round of [1, 2]) for (using x of several('a', 'b')) { seen.push(round + x.name); continue outer; } },
    () => { for (using x of several('a', 'b')) return x.name; },
    () => { for (using x of several('a', 'b')) throw new Error(`in ${x.name}`); },
    () => { for (using x of [resource('a', true), resource('b')]) seen.push(x.name); },
    () => { for (using x of [resource('a', true), resource('b')]) throw new Error('body'); },
    () => { for (using x of [null, undefined, resource('a')]) seen.push(String(x?.name)); },
    () => { for (using x of several('a')[Symbol.iterator]().map(() => 1)) seen.push('never'); },
    () => { for (using x of several('a')) x = 1; },
    () => { const made = []; for (using x of several('a', 'b')) made.push(() => x.name); return made.map(name => name()); },
    () => { for (using x of several('a')) { using y = resource('y'); let z = x.name; for (using x of [resource('inner')]) seen.push(z, x.name, y.name); } },
    () => { for (using x = resource('a'), y = resource('b'); seen.length < 3;) seen.push(x.name + y.name); },
    () => { let round = 0; for (using x = resource('a'); ; round++) { if (round === 1) continue; if (round > 2) break; seen.push(round + x.name); } },
    () => { all: for (using x = resource('a'); ;) { for (; ;) { if (seen.push('round') < 3) continue all; return x.name; } } },
    () => { const made = []; for (using x = resource('a'); made.length < 2;) made.push(() => x.name); return made.map(name => name()); },
    () => { for (using x = resource('a'); ;) throw new Error('body'); },
    () => { for (using x = 1; ;) break; },
    async () => { for (await using x of [later('a'), later('b'), resource('c')]) seen.push(x.name); },
    async () => { for (await using x = later('a'); seen.length < 2;) seen.push(x.name); },
    async () => { for await (using x of [Promise.resolve(resource('a')), resource('b')]) seen.push(x.name); },
    async () => { for await (await using x of [Promise.resolve(later('a')), resource('b')]) { seen.push(x.name); if (x.name === 'b') return 'left'; } },
    () => { const list = []; for (var using of ['a', 'b']) list.push(using); for (using of ['c']) list.push(using); for (using in { d: 1 }) list.push(using); return list; },
    () => { let count = 0; for (let using = 0; using < 2; using++) count++; return count; },
    () => [...(function* () { for (using x of several('a', 'b')) yield x.name; })()],
    () => { const names = (function* () { for (using x of several('a', 'b')) yield x.name; })(); return [names.next().value, names.return('r').value]; },
];

async function main() {
    const outcomes = [];
    for (const work of cases) outcomes.push(await run(work));
    return outcomes;
}
