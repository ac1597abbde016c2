function main() {
    const log = [];
    try {
        try {
            throw 1;
        } catch (e) {
            throw 2;
        } finally {
            try {
                throw 3;
            } catch (e) {
                log.push('in' + e);
            }
        }
    } catch (e) {
        log.push('out' + e);
    }
    try {
        try {
            throw 1;
        } finally {
            try {
                throw 3;
            } catch (e) {
                log.push('in' + e);
            }
        }
    } catch (e) {
        log.push('out' + e);
    }
    function f() {
        try {
            return 1;
        } finally {
            try {
                throw 3;
            } catch (e) {
                log.push('in' + e);
            }
        }
    }
    log.push(f());
    function g() {
        try {
            throw 5;
        } catch (e) {
            return e;
        } finally {
            for (const x of [1, 2]) {
                try {
                    throw x;
                } catch (e) {
                    log.push(e);
                }
            }
        }
    }
    log.push(g());
    function h() {
        for (const x of [1, 2, 3]) {
            try {
                if (x === 2) continue;
                if (x === 3) return x;
            } finally {
                for (const k in { a: 1 }) {
                    if (x === 3) break;
                    log.push(k + x);
                }
            }
        }
    }
    log.push(h());
    const fails = () => {
        throw new Error('t');
    };
    const kept = () => {
        for (const x of [7]) {
            try {
                return x;
            } finally {
                try {
                    Math.max(1, 2, fails());
                } catch (e) {
                    log.push(e.message);
                }
            }
        }
    };
    log.push(kept());
    return log;
}
