// ends: timeout | memory
// reverses what is not there
function main() {
    return Array.prototype.reverse.call({length: 2 ** 53 - 1}).length;
}
