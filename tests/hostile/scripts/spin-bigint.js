// ends: timeout | memory | user
// digits of a very large number
function main() {
    let n = 3n;
    for (;;) n = n * n + BigInt(n.toString().length);
}
