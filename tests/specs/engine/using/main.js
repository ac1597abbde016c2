// Resources are disposed of on every exit from a block, the latest first.
let log;
const make = (name, fails) => ({ name, [Symbol.dispose]() { log.push('-' + name); if (fails) throw fails; } });
const later = (name, fails) => ({ name, async [Symbol.asyncDispose]() { log.push('(' + name); await null; log.push(name + ')'); if (fails) throw fails; } });
const told = error => error instanceof SuppressedError ? ['SuppressedError', told(error.error), told(error.suppressed)] : error instanceof Error ? error.name : error;

const SYNC = {
  block() { { using a = make('a'), b = make('b'); log.push(a.name + b.name); } log.push('behind'); },
  returns() { using a = make('a'); return log.push('work') && 'value'; },
  throws() { try { using a = make('a'); throw 'thrown'; } catch (error) { log.push(error); } },
  loops() { outer: for (const i of [1, 2, 3]) { for (let j = 0; j < 3; j++) { using a = make(`${i}${j}`); if (j === 0) continue; if (i === 1) continue outer; if (i === 2) break outer; } } },
  nothing() { using a = null; using b = undefined; log.push('fine'); },
  wrong() { const seen = []; for (const value of [1, {}, 'x', { [Symbol.dispose]: 5 }]) try { using a = value; } catch (error) { seen.push(error.name); } return seen; },
  added() { try { using a = make('a'); using b = 5; log.push('never'); } catch (error) { log.push(error.name); } },
  suppressed() { try { using a = make('a', 'A'); using b = make('b', new RangeError()); throw 'body'; } catch (error) { return told(error); } },
  overrides() { try { for (; ;) { using a = make('a', 'A'); return 'lost'; } } catch (error) { return error; } },
  order() { try { { using a = make('a'); try { using b = make('b'); return 'r'; } finally { log.push('finally'); } } } finally { log.push('last'); } },
  generator() { const it = (function* () { try { using a = make('a'); yield 1; yield 2; } finally { log.push('f'); } })(); it.next(); return it.return('early'); },
  generatorThrows() { const it = (function* () { using a = make('a', 'A'); yield 1; })(); it.next(); try { it.return(1); } catch (error) { return error; } },
  closures() { const made = []; for (let i = 0; i < 3; i++) { using a = make('c' + i); made.push(() => a.name + i); } return made.map(f => f()); },
  constant() { try { using a = make('a'); a = 1; } catch (error) { return error.name; } },
  switches() { switch (1) { case 1: { using a = make('s'); break; } default: log.push('no'); } },
};
const ASYNC = {
  async block() { { await using a = later('a'); log.push('work'); } log.push('behind'); },
  async mixed() { try { using a = make('a'); await using b = later('b'); using c = make('c'); await using d = make('d'); return 'value'; } finally { log.push('f'); } },
  async fails() { try { await using a = later('a', 'A'); await using b = later('b', 'B'); throw 'body'; } catch (error) { return told(error); } },
  async loops() { for (const i of [1, 2, 3]) { await using a = later('l' + i); if (i === 1) continue; break; } },
  async nothing() { const order = []; const other = Promise.resolve().then(() => order.push('other')); { await using a = null; } order.push('behind'); await other; return order; },
  async generator() { const it = (async function* () { await using a = later('g'); yield 1; yield 2; })(); await it.next(); return it.return('early'); },
};

async function main() {
  const results = {};
  for (const [name, work] of [...Object.entries(SYNC), ...Object.entries(ASYNC).map(([name, work]) => ['async ' + name, work])]) {
    log = [];
    let value;
    try { value = await work(); } catch (error) { value = ['threw', told(error)]; }
    results[name] = value === undefined ? [log.join(' ')] : [log.join(' '), value];
  }
  const error = new SuppressedError('e', 's', 'm');
  results.shape = [error.name, error.message, error.error, error.suppressed, Object.keys(error), SuppressedError.length, error instanceof Error, String(error)];
  return results;
}
