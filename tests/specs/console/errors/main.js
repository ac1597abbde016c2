class Rejected extends Error {
    constructor(message) { super(message); this.name = 'Rejected'; this.code = 'E7'; this.order = { id: 7 }; }
    get secret() { throw new Error('getter ran'); }
}
async function main() {
    console.error(new Rejected('no stock'), { why: new Rejected('inside') });
    console.warn('while saving', new Error('outer', { cause: new Rejected('inner') }));
    console.log(new AggregateError([new Error('one'), 2], 'several'));
    const wild = new TypeError('wild', { cause: new Proxy({}, { get() { throw new Error('trap ran'); } }) });
    wild.self = wild;
    Object.defineProperty(wild, 'late', { enumerable: true, get() { throw new Error('getter ran'); } });
    console.log(wild, new Error('plain'));
    try {
        await services.clients.get('c1');
    } catch (error) {
        console.error(error);
    }
    console.dir({ a: 1 }, { depth: 0 });
    console.groupCollapsed('group');
    console.dir(new Error('in it'));
}
