// ends: timeout | success | memory | user
// the classic catastrophic pattern
function main() {
    return /^(\w+)+$/.test('w'.repeat(50) + '-');
}
