function main() {
    const log = [];
    function* inner(n) {
        try {
            yield n + 1;
            yield n + 2;
        } finally {
            log.push('fin ' + n);
        }
    }
    function* outer() {
        try {
            for (const x of inner('a')) {
                for (const y of inner('b')) {
                    yield x + y;
                }
            }
        } finally {
            log.push('outer fin');
        }
    }
    let g = outer();
    log.push(g.next().value);
    log.push(JSON.stringify(g.return(7)));
    log.push(JSON.stringify(g.next()));
    function* deleg() {
        for (const q of [1, 2]) {
            try {
                yield* inner('c' + q);
            } finally {
                log.push('d' + q);
            }
        }
    }
    g = deleg();
    log.push(g.next().value);
    log.push(JSON.stringify(g.return('r')));
    log.push(JSON.stringify(g.next()));
    function* pat() {
        const [a = yield 'x', b] = inner('p');
        return a;
    }
    g = pat();
    log.push(JSON.stringify(g.next()));
    function* pat2() {
        const [a, b = yield 'y'] = [1];
        log.push(a, b);
    }
    g = pat2();
    log.push(JSON.stringify(g.next()));
    log.push(JSON.stringify(g.return(3)));
    function* thr() {
        for (const x of inner('t')) {
            try {
                yield x;
            } catch (e) {
                log.push('caught ' + e);
                yield 'after';
            }
        }
    }
    g = thr();
    g.next();
    log.push(JSON.stringify(g.throw('boom')));
    log.push(JSON.stringify(g.return(1)));
    const bad = {
        [Symbol.iterator]() {
            return {
                next() {
                    return { value: 1, done: false };
                },
                return() {
                    throw new Error('bad close');
                },
            };
        },
    };
    function* cl() {
        for (const x of bad) yield x;
    }
    g = cl();
    g.next();
    try {
        g.return(1);
    } catch (e) {
        log.push(e.message);
    }
    log.push(JSON.stringify(g.next()));
    function* nor() {
        try {
            yield 1;
        } finally {
            yield 'late';
        }
    }
    g = nor();
    g.next();
    log.push(JSON.stringify(g.return(9)));
    log.push(JSON.stringify(g.next()));
    function* fo() {
        for (const x of [1, 2]) {
            try {
                return x;
            } finally {
                log.push('fo');
            }
        }
    }
    log.push(JSON.stringify([...fo()]));
    return log;
}
