// ends: timeout | success | memory | user
// needs a backtracking engine
function main() {
    return /^(a*)*\1b$/.test('a'.repeat(60));
}
