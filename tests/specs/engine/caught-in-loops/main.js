function main() {
    const fail = () => {
        throw new Error('no');
    };
    const deep = (a, b, c) => {
        const d = [a, b, c];
        return fail(d);
    };
    let caught = 0;
    for (let i = 0; i < 60000; i++) {
        try {
            Math.max(1, 2, fail());
        } catch {
            caught++;
        }
        try {
            deep(1, 2, 3);
        } catch {
            caught++;
        }
    }
    for (const i of [1, 2, 3]) {
        try {
            [i, ...deep(i)];
        } catch {
            caught++;
        } finally {
            caught++;
        }
    }
    return caught;
}
