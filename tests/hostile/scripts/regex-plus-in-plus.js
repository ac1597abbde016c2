// ends: timeout | success | memory | user
// the classic
function main() {
    return /^(\w+)+$/.test('w'.repeat(50) + '-');
}
