// ends: success | timeout | memory
// every letter a part
function main() {
    return 'abc '.repeat(100000).split('').length + 'a b '.repeat(100000).split(' ').length;
}
