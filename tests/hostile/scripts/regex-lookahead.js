// ends: timeout | success | memory | user
// looks ahead from every place
function main() {
    return /^(?=(.*)*!)(?:.+)+\?$/.test('text '.repeat(40));
}
