// ends: user | memory
// more than a result may have
function main() {
    return 'x'.repeat(3 << 20);
}
