async function main() {
    const log = [];
    async function* inner(n) {
        try {
            yield n + 1;
            yield n + 2;
        } finally {
            await null;
            log.push('fin ' + n);
        }
    }
    async function f() {
        for await (const x of inner('a')) {
            for await (const y of inner('b')) {
                if (y === 'b2') return x + y;
            }
        }
    }
    log.push(await f());
    async function* outer() {
        for await (const x of inner('c')) {
            yield x;
        }
    }
    const g = outer();
    log.push(JSON.stringify(await g.next()));
    log.push(JSON.stringify(await g.return(5)));
    log.push(JSON.stringify(await g.next()));
    async function* d() {
        try {
            yield* inner('e');
        } finally {
            log.push('d');
        }
    }
    const h = d();
    await h.next();
    log.push(JSON.stringify(await h.return(6)));
    lab: for await (const x of inner('g')) {
        for (const y of [1, 2]) {
            for await (const z of inner('h')) {
                continue lab;
            }
        }
    }
    try {
        for await (const x of inner('i')) {
            throw new Error('t');
        }
    } catch (e) {
        log.push(e.message);
    }
    try {
        for await (const x of (async function* () {
            throw new Error('n');
        })()) {
        }
    } catch (e) {
        log.push(e.message);
    }
    const s = async () => {
        for (const k of [1, 2, 3]) {
            try {
                await Promise.reject(k);
            } catch (e) {
                if (e === 2) return 'two';
                continue;
            } finally {
                log.push('f' + k);
            }
        }
    };
    log.push(await s());
    return log;
}
