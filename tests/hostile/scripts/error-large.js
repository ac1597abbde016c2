// ends: user | memory
// an error whose message is a book
function main() {
    throw new Error('x'.repeat(5 << 20));
}
