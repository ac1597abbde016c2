// ends: stack | memory | timeout | user | success
// joins nested lists
function main() {
    let list = [1];
    for (let i = 0; i < 200000; i++) list = [list, 2];
    return `${list}`.length;
}
