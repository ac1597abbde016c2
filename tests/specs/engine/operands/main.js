function main() {
    const out = [];
    const f = (...a) => a.join();
    {
        let x = 1;
        out.push('a', x + x++);
    }
    {
        let x = 1;
        out.push('b', x + (x = 5));
    }
    {
        let x = 2;
        out.push('c', x < (x = 1));
    }
    {
        let x = 3;
        out.push('d', [x, (x = 4), x++, x].join());
    }
    {
        let x = 1;
        out.push('e', f(x, x++, x, (x = 9), x));
    }
    {
        let x = 1;
        x += x++ + ++x;
        out.push('g', x);
    }
    {
        let x = 1;
        const o = { a: x, b: (x = 0), c: x };
        out.push('h', JSON.stringify(o));
    }
    {
        let x = 'a';
        out.push('i', `${x}${(x = 'b')}${x}`);
    }
    {
        let x = 1;
        out.push('j', x ?? (x = 2), x === (x = 2), x == x--, x);
    }
    {
        let x = 1;
        out.push('k', (x, (x = 3)) + x);
    }
    {
        let z = [5];
        let i = 0;
        z[i] = i = 1;
        out.push('l', z.join());
        i = 0;
        z[i++] += i;
        out.push(z.join(), i);
        i = 0;
        z[i] += i = 3;
        out.push(z.join(), i);
    }
    {
        let x = 5;
        x = x + (x -= 2) * x;
        out.push('m', x);
    }
    {
        let x = 5;
        x -= x = 2;
        out.push('n', x);
    }
    {
        let x = 2;
        x **= x = 3;
        out.push('o', x);
    }
    {
        let s = 'q';
        s += s = 'w';
        out.push('p', s);
    }
    {
        let x = 1;
        out.push('q', [x + 0, (x = 2) + x, x + (x = 3) + x].join());
    }
    {
        let x = { v: 1 };
        out.push('r', x.v + (x = { v: 5 }).v, x.v);
    }
    {
        let x = 'k';
        const m = { k: 1, j: 2 };
        out.push('s', m[x] + m[(x = 'j')]);
    }
    {
        let x = { k: 1 };
        x[((x = { k: 5 }), 'k')] = 9;
        out.push('t', x.k);
    }
    {
        let o = { v: 1 };
        const p = o;
        o.v = ((o = { v: 2 }), 7);
        out.push('u', o.v, p.v);
    }
    {
        let o = { v: 1 },
            k = 'v';
        const p = o;
        o[k] = ((o = {}), (k = 'w'), 8);
        out.push('v', JSON.stringify([o, p]));
    }
    {
        let x = 4;
        const y = x - (x = 1) - x;
        out.push('w', y);
    }
    {
        let x = 1;
        out.push('x', x + (x > 0 ? x++ : 0), x & (x = 3), x | x--, x in (x = [1, 2, 3]));
    }
    {
        let g = n => n;
        let x = 1;
        out.push('y', g(x, (x = 2)) + g(x));
    }
    {
        let x = f;
        out.push('z', x(1, (x = 2)), x);
    }
    {
        let o = {
            m() {
                return this.n;
            },
            n: 1,
        };
        out.push('A', o.m((o = null)));
    }
    {
        let x = [1, 2],
            [a, b] = (x = [3, 4]);
        out.push('B', a + x[0]);
    }
    {
        let a = 1,
            b = 2;
        [a, b] = [b, a];
        out.push('C', a, b);
    }
    {
        let x = 1;
        switch (x) {
            case x++:
                out.push('D1');
                break;
            case 2:
                out.push('D2');
        }
    }
    {
        let i = 0;
        const r = [];
        while (i < 3) r.push(i++ + i);
        out.push('E', r.join());
    }
    {
        let x = 1;
        out.push('F', typeof x + (x = 's') + typeof x, -x + (x = 2), !x === (x = false));
    }
    {
        let x = 3;
        x = x++ + x;
        out.push('G', x);
        x = x-- - --x;
        out.push(x);
    }
    {
        let o = { a: 1 };
        const q = o;
        o.a += (o = { a: 10 }).a;
        out.push('H', q.a, o.a);
    }
    {
        let a = [1, 2, 3],
            i = 1;
        a[i] = a[i++] + a[i];
        out.push('I', a.join(), i);
    }
    {
        let x = 1;
        for (let k = x; k < 3; k += x, x = 2) out.push('J' + k);
    }
    return out;
}
