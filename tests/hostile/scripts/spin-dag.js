// ends: timeout | memory | user
// forty lists, two to the fortieth texts
function main() {
    let list = ['leaf'];
    for (let i = 0; i < 40; i++) list = [list, list];
    return JSON.stringify(list).length;
}
