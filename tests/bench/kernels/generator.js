// n: 20000
function* numbers(n) {
    for (let i = 0; i < n; i++) yield i;
}
function* even(source) {
    for (const number of source) if (number % 2 === 0) yield number;
}
function main(n) {
    let sum = 0;
    for (const number of even(numbers(n))) sum += number;
    return sum + [...numbers(n)].length;
}
