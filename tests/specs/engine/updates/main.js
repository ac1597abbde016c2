function main() {
    const out = [];
    let i = 5;
    i = i++;
    out.push(i);
    let s = '7';
    s = s++;
    out.push(s, typeof s);
    let o = {
        v: '3',
        get k() {
            return '4';
        },
        set k(x) {
            out.push('set' + x);
        },
    };
    out.push(o.v++, o.v, o.k++, ++o.v, o['v']--, o.v);
    class A {
        static v = '5';
    }
    class B extends A {
        static f() {
            return [super.v++, super['v']++, ++super.v];
        }
    }
    out.push(B.f(), B.v, A.v);
    let x = {
        valueOf() {
            throw new Error('no');
        },
    };
    const keep = x;
    try {
        x++;
    } catch (e) {
        out.push(e.message);
    }
    out.push(x === keep);
    try {
        ++x;
    } catch (e) {}
    out.push(x === keep);
    try {
        x--;
    } catch (e) {}
    out.push(x === keep);
    let big = 5n;
    out.push(String(big++), String(big));
    let u;
    u++;
    out.push(u);
    const a = ['1'];
    a[0]++;
    out.push(a[0]++, a);
    class P {
        #p = '8';
        f() {
            return [this.#p++, this.#p, --this.#p];
        }
    }
    out.push(new P().f());
    let cl = '2';
    const get = () => cl;
    out.push(cl++, get());
    var v = '9';
    out.push(v++, v);
    return out;
}
