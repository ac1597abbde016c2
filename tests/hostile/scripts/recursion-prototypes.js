// ends: stack | memory | timeout | user | success
// a chain of prototypes without end
function main() {
    let o = {};
    for (let i = 0; i < 300000; i++) o = Object.create(o);
    return o.missing === undefined;
}
