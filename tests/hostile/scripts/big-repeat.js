// ends: memory | user
// a quarter of a billion letters
function main() {
    return 'é'.repeat(2 ** 28).length;
}
