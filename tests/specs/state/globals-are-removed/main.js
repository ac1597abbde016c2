function main() {
    const before = [typeof leak, typeof globalThis.other, typeof globalThis[Symbol.iterator]];
    leak = 1;
    globalThis.other = 2;
    globalThis[Symbol.iterator] = 3;
    return before;
}
