// ends: stack | memory | timeout | user | success
// helpers of helpers of an iterator
function main() {
    let values = [1, 2, 3].values();
    for (let i = 0; i < 100000; i++) values = values.filter(() => true);
    return values.next();
}
