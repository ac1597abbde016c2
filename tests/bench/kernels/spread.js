// n: 4000
function main(n) {
    let state = { a: 1, b: 2, c: [1, 2, 3] };
    for (let i = 0; i < n; i++) {
        const { a, ...rest } = state;
        state = { ...rest, a: a + 1, c: [...state.c.slice(1), i] };
    }
    const all = [];
    for (let i = 0; i < n; i++) all.push(i);
    return Math.max(...all) + state.a + [...all].length;
}
