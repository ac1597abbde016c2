// n: 40000
function main(n) {
    const counts = {};
    for (let i = 0; i < n; i++) {
        const key = 'key' + ((i * 7919) % 1000);
        counts[key] = (counts[key] ?? 0) + 1;
    }
    return Object.entries(counts).reduce((sum, [key, count]) => sum + key.length * count, 0);
}
