// n: 40000
function counter(step) {
    let count = 0;
    return () => (count += step);
}
function main(n) {
    const counters = [];
    for (let i = 0; i < n / 10; i++) counters.push(counter(i));
    let sum = 0;
    for (let i = 0; i < n; i++) sum += counters[i % counters.length]();
    return sum;
}
