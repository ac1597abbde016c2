// ends: stack | memory | timeout | user | success
// lists in lists, half a million deep
function main() {
    let list = [];
    for (let i = 0; i < 500000; i++) list = [list];
    return JSON.stringify(list).length;
}
