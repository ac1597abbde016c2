// n: 4000
// only here
function main(n) {
    // Backtracking takes 2 to the power of n steps for this one.
    return /^(a+)+$/.test('a'.repeat(n) + 'b') || /^(\w+\s?)*$/.test('word '.repeat(n / 5) + '!');
}
