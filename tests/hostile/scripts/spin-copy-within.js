// ends: timeout | user | memory
// moves what is not there
function main() {
    return Array.prototype.copyWithin.call({length: 2 ** 52}, 1, 0).length;
}
