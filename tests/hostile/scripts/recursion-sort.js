// ends: stack | memory | timeout | user | success
// a comparator that sorts
function main() {
    const compare = () => [3, 2, 1].sort(compare).length;
    return compare();
}
