// n: 40000
function main(n) {
    const numbers = new Float64Array(n);
    for (let i = 0; i < n; i++) numbers[i] = (i * 7919) % 10007;
    numbers.sort();
    let sum = 0;
    for (const number of numbers) sum += number;
    return sum;
}
