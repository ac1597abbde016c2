function main() {
    return 'x'.repeat(2000);
}
