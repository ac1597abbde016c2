function main() {
    const out = [];
    function a(x, y = () => x) {
        var x;
        const first = x;
        x = 2;
        return [first, x, y()];
    }
    out.push(a(1));
    function b(x, y = () => x) {
        var x = 5;
        return [x, y()];
    }
    out.push(b(1));
    function c(x = 1, f = () => x) {
        function x() {}
        return [typeof x, f()];
    }
    out.push(c());
    function d({ a, b = a }, ...r) {
        var a = a + 1;
        return [a, b, r];
    }
    out.push(d({ a: 1 }, 2));
    function e(arguments_ = arguments[0]) {
        var q = arguments.length;
        return [arguments_, q];
    }
    out.push(e(7, 8));
    function f(x = 1) {
        eval;
        var x;
        return x;
    }
    out.push(f(), f(4));
    const g = (x, y = x) => {
        var y = y * 2;
        return y;
    };
    out.push(g(2), g(2, 5));
    switch (3) {
        case 1:
            let z = 0;
            break;
        case 3:
            try {
                z;
            } catch (e) {
                out.push(e.name);
            }
    }
    switch (3) {
        case 1:
            const k = 0;
        default:
            try {
                (() => k)();
            } catch (e) {
                out.push(e.name);
            }
    }
    switch (1) {
        case 1:
            let m = 4;
        case 2:
            out.push(m);
    }
    for (let i = 0; i < 2; i++) {
        switch (i) {
            case 0:
                let w = 'w';
            case 1:
                try {
                    out.push(w);
                } catch (e) {
                    out.push(e.name);
                }
        }
    }
    try {
        tdz;
        let tdz = 1;
    } catch (e) {
        out.push(e.name);
    }
    {
        try {
            (() => q1)();
        } catch (e) {
            out.push(e.name);
        }
        let q1 = 1;
    }
    for (const i of [0, 1]) {
        try {
            if (i) out.push(late);
            let late = i;
            out.push(late);
        } catch (e) {
            out.push(e.name);
        }
    }
    const fs = [];
    for (let i = 0; i < 3; i++) {
        fs.push(() => i);
        i += 0;
    }
    out.push(fs.map(f => f()));
    return out;
}
