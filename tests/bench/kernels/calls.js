// n: 100000
function mix(a, b) {
    return a > b ? less(a, b) : a + b;
}
function less(a, b) {
    return (a - b) % 97;
}
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += mix(i % 100, 50);
    return sum;
}
