// n: 40000
function main(n) {
    const numbers = Array.from({ length: n }, (_, i) => (i * 7919) % 10007);
    return numbers
        .map(number => number * 2)
        .filter(number => number % 3 === 0)
        .slice(1)
        .concat(numbers)
        .reduce((sum, number) => sum + number, 0);
}
