// ends: timeout | memory
// reverses missing elements
function main() {
    return Array.prototype.reverse.call({length: 2 ** 53 - 1}).length;
}
