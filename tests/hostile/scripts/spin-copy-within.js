// ends: timeout | user | memory
// copyWithin over missing elements
function main() {
    return Array.prototype.copyWithin.call({length: 2 ** 52}, 1, 0).length;
}
