function main() {
    return { get total() { throw new Error('no total'); } };
}
