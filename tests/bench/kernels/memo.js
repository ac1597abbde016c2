// n: 20000
function memo(compute) {
    const known = new Map();
    return (...args) => {
        const key = args.join('|');
        if (known.has(key)) return known.get(key);
        const value = compute(...args);
        known.set(key, value);
        return value;
    };
}
function main(n) {
    let calls = 0;
    const price = memo((client, kind) => {
        calls++;
        return client * 10 + kind.length;
    });
    const kinds = ['retail', 'gross', 'partner'];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += price(i % 100, kinds[i % 3]);
    return sum + calls;
}
