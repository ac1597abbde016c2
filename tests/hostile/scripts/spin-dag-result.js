// ends: user | timeout | memory
// the same as a result
function main() {
    let list = ['leaf'];
    for (let i = 0; i < 40; i++) list = [list, list];
    return list;
}
