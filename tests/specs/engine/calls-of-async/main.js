// `async (…)` is a call of a function of that name, or the head of an arrow function, depending on the arrow after it.
function async(...all) { return ['called', ...all]; }
async.nested = value => () => value;
function calls() {
  let x = 1; const list = [2, 3];
  return [
    async ([(x)]), async(), async(x), async (x, ...list), async(...list,), async({ x, y: { z: x } }), async(x = 5).length === 2, async `a${x}`.length,
    async(async(x))[1], async (x)[0].length, async(() => x)[1](), async(function () { return list; })[1](), async.nested(x)(), async?.(x), async((x, list)), async({ async }).length,
    async
      (x),
  ];
}
async function arrows() {
  const x = 1;
  const made = [
    async () => 'none', async (a) => a, async (a, b = a + 1) => [a, b], async ({ a = 5, b: { c } = { c: 6 } } = {}, [d, ...e] = [7, 8, 9]) => [a, c, d, e],
    async (...rest) => rest, async (a, ...[b, { c }]) => [a, b, c], async (a = async (b) => b + 1) => (await a(1)) + x, async (of, get, async, let_) => [of, get, async],
    async (a, b,) => a, async (a = () => { const c = x; return c; }) => a(), async (a = async(1)) => a, async (a = { await: 1 }.await) => a,
    async (a = function (await) { return await; }) => a(3), async (a) => async (b) => async (c) => a + b + c, async (a) => ({ a }), async (a) => { return this === undefined; },
  ].slice();
  const seen = [];
  for (const each of made) seen.push(await each(...[undefined, undefined, { c: 'c' }].slice(0, each.length + 2)));
  seen.push(await (await (await made.at(-3)(1))(2))(3), made.map(each => each.length), made.every(each => Object.getPrototypeOf(each) === Object.getPrototypeOf(arrows)), made[0].name);
  return seen;
}
async function main() { return [calls(), await arrows(), calls().length]; }
