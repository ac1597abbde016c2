// ends: stack | memory | timeout | user | success
// a bound function of a bound function
function main() {
    let f = (...all) => all.length;
    for (let i = 0; i < 150000; i++) f = f.bind(null);
    return f(1);
}
