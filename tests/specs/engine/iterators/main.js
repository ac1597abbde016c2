function main() {
    const log = [];
    const it = (n, bad) => ({
        [Symbol.iterator]() {
            let i = 0;
            return {
                next() {
                    log.push('n' + n + i);
                    return { value: i++, done: i > 3 };
                },
                return() {
                    log.push('r' + n);
                    if (bad) throw new Error('close ' + n);
                    return {};
                },
            };
        },
    });
    try {
        for (const a of it('a')) {
            for (const b of it('b', true)) {
                break;
            }
        }
    } catch (e) {
        log.push(e.message);
    }
    try {
        outer: for (const a of it('c')) {
            for (const b of it('d', true)) {
                continue outer;
            }
        }
    } catch (e) {
        log.push(e.message);
    }
    try {
        outer: for (const a of it('e')) {
            for (const b of it('f', true)) {
                break outer;
            }
        }
    } catch (e) {
        log.push(e.message);
    }
    const f = () => {
        for (const a of it('g')) {
            for (const b of it('h', true)) {
                return 1;
            }
        }
    };
    try {
        log.push(f());
    } catch (e) {
        log.push(e.message);
    }
    try {
        for (const a of it('i')) {
            for (const b of it('j', true)) {
                throw new Error('body');
            }
        }
    } catch (e) {
        log.push(e.message);
    }
    try {
        for (const [
            x,
            y = (() => {
                throw new Error('def');
            })(),
        ] of [[1, 2], [3]])
            log.push(x + y);
    } catch (e) {
        log.push(e.message);
    }
    for (const a of it('k')) {
        try {
            const [p, q] = {
                [Symbol.iterator]() {
                    return {
                        next() {
                            throw new Error('next');
                        },
                        return() {
                            log.push('never');
                        },
                    };
                },
            };
        } catch (e) {
            log.push(e.message);
        }
    }
    sw: switch (1) {
        case 1:
            for (const a of it('l')) {
                break sw;
            }
    }
    lab: {
        for (const a of it('m')) {
            for (const k in { q: 1 }) {
                break lab;
            }
        }
    }
    a: b: for (const z of [1, 2]) {
        c: for (;;) {
            log.push(z);
            continue a;
        }
    }
    return log;
}
