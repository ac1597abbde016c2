function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function strict(work) {
    'use strict';
    return attempt(work);
}
function main() {
    return {
        sloppy: [
            () => { Array.prototype.last = function () { return this[this.length - 1]; }; },
            () => { String.prototype.map = null; }, () => { Math.x = 1; }, () => { JSON.foo = 1; }, () => { Object.prototype.y = 1; },
            () => { console.log = () => {}; }, () => { globalThis.fetch = null; }, () => { fetch = null; }, () => { Date.now = () => 0; },
            () => { utils.date.now = null; }, () => { http.get = null; }, () => { Array.prototype[0] = 1; }, () => { Map.prototype[Symbol.iterator] = null; },
            () => { Array.prototype['last'] = 1; }, () => { Math.PI = 3; }, () => { Math.x++; }, () => { Array.prototype.map.x = 1; }, () => { self.Date = null; },
            () => { URL.prototype.x = 1; }, () => { Object.getPrototypeOf(async function () {}).x = 1; }, () => { Function.prototype.bind = null; },
        ].map(attempt),
        strict: [() => { 'use strict'; Array.prototype.last = null; }, () => { 'use strict'; Math.max = null; }].map(strict),
        defined: [
            () => Object.defineProperty(Array.prototype, 'last', { value: 1 }), () => Object.assign(String.prototype, { x: 1 }),
            () => Reflect.set(Array.prototype, 'last', 1), () => Reflect.defineProperty(Array.prototype, 'last', { value: 1 }),
        ].map(attempt),
        same: attempt(() => { Array.prototype.map = Array.prototype.map; globalThis.Promise = globalThis.Promise; return 'nothing changed'; }),
        settings: attempt(() => { Error.stackTraceLimit = 50; Error.prepareStackTrace = main; return typeof Error.stackTraceLimit; }),
        own: attempt(() => { globalThis.mine = 1; mine = 2; const frozen = Object.freeze({ a: 1 }); frozen.a = 2; frozen.b = 3; return [mine, frozen]; }),
        ownStrict: attempt(() => { 'use strict'; Object.freeze({ a: 1 }).a = 2; }),
        before: [typeof [].last, typeof Math.x, typeof {}.y],
    };
}
