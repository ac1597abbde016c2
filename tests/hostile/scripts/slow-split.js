// ends: success | timeout | memory
// splits into single letters
function main() {
    return 'abc '.repeat(100000).split('').length + 'a b '.repeat(100000).split(' ').length;
}
