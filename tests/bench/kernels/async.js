// n: 10000
async function step(i) {
    await null;
    return i;
}
async function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await step(i);
    const all = await Promise.all(Array.from({ length: n }, (_, i) => step(i)));
    return sum + all.length;
}
