// ends: timeout | success | memory | user
// a lookahead from every position
function main() {
    return /^(?=(.*)*!)(?:.+)+\?$/.test('text '.repeat(40));
}
