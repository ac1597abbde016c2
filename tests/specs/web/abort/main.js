function attempt(work) {
    try { return work(); } catch (error) { return [error.name, error.message, error.code, error instanceof DOMException, error instanceof Error]; }
}
async function main() {
    const controller = new AbortController();
    const { signal } = controller;
    const heard = [];
    const once = event => heard.push(['once', event.type, event.target === signal]);
    const removed = () => heard.push('removed');
    signal.onabort = event => heard.push(['onabort', event.type]);
    signal.addEventListener('abort', once, { once: true });
    signal.addEventListener('abort', once);
    signal.addEventListener('abort', removed);
    signal.addEventListener('abort', { handleEvent() { heard.push(['object', this !== undefined]); } });
    signal.addEventListener('abort', () => { throw new Error('in a listener'); });
    signal.addEventListener('other', event => heard.push(event.type));
    signal.removeEventListener('abort', removed);
    const both = AbortSignal.any([signal, new AbortController().signal]);
    const before = [signal.aborted, signal.reason, both.aborted, attempt(() => signal.throwIfAborted())];
    signal.dispatchEvent({ type: 'other' });
    both.onabort = () => heard.push(['both', signal.aborted]);
    controller.abort();
    controller.abort('again');
    const timeout = AbortSignal.timeout(5);
    const fired = await new Promise(resolve => timeout.addEventListener('abort', () => resolve(timeout.reason)));
    AbortSignal.timeout(100000);
    const own = new DOMException('m', 'AbortError');
    class Mine extends DOMException {}
    return {
        before, heard, same: both.reason === signal.reason, after: attempt(() => signal.throwIfAborted()),
        fired: [fired.name, fired.message, timeout.aborted],
        aborted: [AbortSignal.abort().reason.name, AbortSignal.abort(5).reason, AbortSignal.any([AbortSignal.abort('x')]).reason, AbortSignal.any([]).aborted],
        own: [own.name, own.message, own.code, String(own), own.stack.split('\n')[0] !== undefined, new DOMException().name, new Mine('x') instanceof Mine, Object.keys(own)],
        kind: [signal instanceof AbortSignal, Object.prototype.toString.call(controller)],
        refused: [() => new AbortSignal(), () => AbortSignal.timeout(-1), () => AbortSignal.timeout(), () => AbortSignal.any([1]), () => AbortSignal.any(5), () => DOMException('x'), () => signal.dispatchEvent('abort')].map(attempt),
    };
}
