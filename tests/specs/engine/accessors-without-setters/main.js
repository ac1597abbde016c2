// An assignment that found a setter before throws if there is none any more.
'use strict';
const name = work => { try { return work(); } catch (error) { return error.name; } };
const write = o => { o.x = 1; return 'ok'; };
class With { set x(v) { this.got = v; } get x() { return 2; } }
class Without { get x() { return 2; } }
function main() {
    const out = [];
    for (let i = 0; i < 5; i++) {
        out.push(name(() => write({ get x() { return 1; }, set x(v) {} })));
        out.push(name(() => write({ get x() { return 1; } })));
        out.push(name(() => write(new With())), name(() => write(new Without())), name(() => write({ x: 0 })));
        const o = { get x() { return 1; }, set x(v) { this.seen = v; } };
        out.push(name(() => write(o)), o.seen);
        Object.defineProperty(o, 'x', { set: undefined });
        out.push(name(() => write(o)));
    }
    return out;
}
