// Stacks of resources: the last one added is disposed of first.
let seen = [];
const make = (name, fails) => ({ name, [Symbol.dispose]() { seen.push('-' + this.name); if (fails) throw fails; } });
const later = (name, fails) => ({ name, async [Symbol.asyncDispose]() { seen.push('(' + this.name); await null; seen.push(this.name + ')'); if (fails) throw fails; } });
const told = error => error instanceof SuppressedError ? ['SuppressedError', told(error.error), told(error.suppressed)] : error instanceof Error ? error.name : error;
const attempt = work => { try { return work(); } catch (error) { return told(error); } };

const SYNC = {
    order() { const stack = new DisposableStack(); stack.use(make('a')); stack.defer(function () { seen.push('deferred', this === undefined || this === globalThis); }); const value = stack.adopt({ v: 1 }, (...all) => seen.push('adopted', all.length, all[0].v)); stack.dispose(); return value; },
    block() { { using stack = new DisposableStack(); stack.use(make('a')); stack.use(make('b')); seen.push('work'); } seen.push('behind'); },
    nothing() { const stack = new DisposableStack(); return [stack.use(null), stack.use(undefined), stack.disposed, stack.dispose(), stack.disposed, stack.dispose()]; },
    errors() { const stack = new DisposableStack(); stack.use(make('a', 'A')); stack.use(make('b')); stack.use(make('c', new RangeError())); return attempt(() => stack.dispose()); },
    wrong() { const stack = new DisposableStack(); return [1, {}, 'x', { [Symbol.dispose]: 5 }].map(value => attempt(() => stack.use(value))).concat(attempt(() => stack.adopt(1)), attempt(() => stack.defer({}))); },
    over() { const stack = new DisposableStack(); stack.dispose(); return ['use', 'adopt', 'defer', 'move'].map(name => attempt(() => stack[name](make('x'), () => 1))); },
    moves() { const stack = new DisposableStack(); stack.use(make('a')); const other = stack.move(); seen.push('moved'); const states = [stack.disposed, other.disposed, other instanceof DisposableStack]; stack.dispose(); other.dispose(); return states; },
    again() { const stack = new DisposableStack(); stack.defer(() => { seen.push(attempt(() => stack.use(make('late')))); stack.dispose(); }); stack.use(make('a')); stack.dispose(); },
    shape() { return [DisposableStack.name, DisposableStack.length, String(new DisposableStack()), DisposableStack.prototype.dispose === DisposableStack.prototype[Symbol.dispose], DisposableStack.prototype.dispose.name, attempt(() => DisposableStack()), attempt(() => DisposableStack.prototype.use.call({}, null)), attempt(() => DisposableStack.prototype.dispose.call(new AsyncDisposableStack())), Object.keys(new DisposableStack())]; },
    inherits() { class Own extends DisposableStack { constructor() { super(); this.use(make('own')); } } const own = new Own(); const moved = own.move(); moved.dispose(); return [own instanceof Own, moved instanceof Own]; },
};
const ASYNC = {
    async order() { const stack = new AsyncDisposableStack(); stack.use(later('a')); stack.use(make('b')); stack.defer(async () => { await null; seen.push('deferred'); }); stack.adopt('v', async value => { seen.push(value); }); const promise = stack.disposeAsync(); seen.push('meanwhile', stack.disposed); return promise; },
    async block() { { await using stack = new AsyncDisposableStack(); stack.use(later('a')); stack.use(later('b')); } seen.push('behind'); },
    async errors() { const stack = new AsyncDisposableStack(); stack.use(later('a', 'A')); stack.use(make('b', 'B')); stack.defer(() => Promise.reject('C')); try { await stack.disposeAsync(); } catch (error) { return told(error); } },
    async nothing() { const stack = new AsyncDisposableStack(); stack.use(null); const order = []; const other = Promise.resolve().then(() => order.push('other')); await stack.disposeAsync(); order.push('behind'); await other; return [order, await stack.disposeAsync()]; },
    async moves() { const stack = new AsyncDisposableStack(); stack.use(later('a')); const other = stack.move(); await stack.disposeAsync(); seen.push('moved'); await other.disposeAsync(); return [stack.disposed, other.disposed]; },
    async shape() { const refused = await AsyncDisposableStack.prototype.disposeAsync.call({}).catch(told); return [AsyncDisposableStack.name, String(new AsyncDisposableStack()), AsyncDisposableStack.prototype.disposeAsync === AsyncDisposableStack.prototype[Symbol.asyncDispose], refused, attempt(() => new AsyncDisposableStack().use({}))]; },
};

async function main() {
    const results = {};
    for (const [name, work] of Object.entries(SYNC)) { seen = []; const end = attempt(work); results[name] = [seen.join(' '), end]; }
    for (const [name, work] of Object.entries(ASYNC)) { seen = []; const end = await work(); results[`async ${name}`] = [seen.join(' '), end]; }
    return results;
}
