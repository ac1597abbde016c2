// ends: user | memory
// a result larger than the limit
function main() {
    return 'x'.repeat(3 << 20);
}
