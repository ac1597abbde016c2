// n: 20000
function main(n) {
    const numbers = [];
    for (let i = 0; i < n; i++) numbers.push((i * 7919) % 100003);
    numbers.sort((a, b) => a - b);
    return numbers[n >> 1];
}
