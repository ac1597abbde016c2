// ends: memory | user
// an integer of a terabit
function main() {
    return (1n << 2n ** 40n) > 0n;
}
