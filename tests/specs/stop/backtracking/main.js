// A pattern that needs backtracking, and exponential time for it.
function main() {
    return /^(?:(a+)+)(?=\1)b$/.test('a'.repeat(60));
}
