// ends: user | timeout | memory
// forty nested lists as a result, two to the fortieth texts
function main() {
    let list = ['leaf'];
    for (let i = 0; i < 40; i++) list = [list, list];
    return list;
}
