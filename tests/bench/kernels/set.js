// n: 40000
function main(n) {
    const set = new Set();
    for (let i = 0; i < n; i++) set.add((i * 7919) % 10007);
    let sum = 0;
    for (let i = 0; i < n; i++) if (set.has(i)) sum++;
    return sum + [...set].length;
}
