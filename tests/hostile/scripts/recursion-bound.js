// ends: stack | memory | timeout | user | success
// a bound function that is bound
function main() {
    let f = (...all) => all.length;
    for (let i = 0; i < 150000; i++) f = f.bind(null);
    return f(1);
}
