function main() {
    const out = [];
    const rd = o => o.v;
    const p = { v: 1 };
    const o = Object.create(p);
    out.push(rd(o), rd(o));
    p.v = 2;
    out.push(rd(o));
    Object.defineProperty(p, 'v', {
        get() {
            return 'g';
        },
        configurable: true,
    });
    out.push(rd(o));
    delete p.v;
    out.push(rd(o));
    o.v = 3;
    out.push(rd(o));
    const p2 = { v: 1, w: 2 };
    const o2 = Object.create(p2);
    out.push(rd(o2));
    Object.setPrototypeOf(o2, { v: 'other' });
    out.push(rd(o2));
    const px = new Proxy({ a: 1, v: 2 }, {});
    out.push(rd(px), rd(px));
    delete px.a;
    out.push(rd(px));
    const op = Object.create(new Proxy({ a: 0, v: 5 }, {}));
    out.push(rd(op), rd(op));
    const big = {};
    for (let i = 0; i < 1100; i++) big['k' + i] = i;
    Object.setPrototypeOf(big, { v: 'pv' });
    out.push(rd(big), rd(big));
    big.v = 'own';
    out.push(rd(big));
    const wr = (o, x) => {
        o.v = x;
        return o.v;
    };
    const fz = { v: 1 };
    out.push(wr(fz, 2));
    Object.freeze(fz);
    try {
        (function () {
            'use strict';
            wr(fz, 3);
        })();
    } catch (e) {
        out.push(e.name);
    }
    out.push(fz.v);
    const acc = {
        set v(x) {
            this._v = x;
        },
        get v() {
            return this._v;
        },
    };
    const oa = Object.create(acc);
    out.push(wr(oa, 4), wr(oa, 5));
    Object.defineProperty(acc, 'v', { value: 9, writable: true, configurable: true });
    out.push(wr(oa, 6), Object.keys(oa).join());
    const ps = new Proxy(
        {
            set v(x) {
                this._v = x;
            },
            get v() {
                return 'p' + this._v;
            },
        },
        {},
    );
    out.push(wr(ps, 1), wr(ps, 2));
    const fn = function () {};
    fn.v = 1;
    out.push(rd(fn));
    const arr = [1, 2, 3];
    arr.v = 7;
    out.push(rd(arr));
    arr.length = 1;
    out.push(rd(arr), arr.length);
    const setl = (a, n) => {
        a.length = n;
        return a.length + ':' + a.join();
    };
    out.push(setl([1, 2, 3], 2), setl([1, 2, 3], 1), setl([1], 4));
    const ro = Object.freeze([1, 2]);
    try {
        (() => {
            'use strict';
            ro.length = 0;
        })();
    } catch (e) {
        out.push(e.name);
    }
    out.push(ro.length);
    class S extends Array {}
    const sa = S.from([1, 2, 3]);
    out.push(setl(sa, 1), setl(sa, 0));
    const getter = {
        get v() {
            delete this.v;
            Object.defineProperty(this, 'v', { value: 'x' });
            return 'first';
        },
    };
    const mk = () => ({
        get v() {
            delete this.v;
            this.z = 1;
            this.v = 'x';
            return 'first';
        },
        y: 1,
    });
    const m1 = mk(),
        m2 = mk();
    out.push(rd(m1), rd(m1), rd(m2), rd(m2));
    return out;
}
