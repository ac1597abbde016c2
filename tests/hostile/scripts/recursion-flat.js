// ends: stack | memory | timeout | user
// flat of lists that contain each other
function main() {
    const a = [], b = [a, a];
    a.push(b, b);
    return a.flat(Infinity).length;
}
