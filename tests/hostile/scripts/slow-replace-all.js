// ends: success | timeout | memory
// replaces every other letter
function main() {
    return 'ab'.repeat(200000).replaceAll('a', 'cc').length;
}
