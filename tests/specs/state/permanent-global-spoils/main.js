function main() {
    Object.defineProperty(globalThis, 'stays', { value: 1 });
    return 'defined';
}
