// ends: timeout | success | memory | user
// counts that multiply
function main() {
    return new RegExp('(?:(?:a{1,1000}){1,1000}){1,1000}b').test('a'.repeat(5000));
}
