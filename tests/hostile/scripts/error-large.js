// ends: user | memory
// an error with a very long message
function main() {
    throw new Error('x'.repeat(5 << 20));
}
