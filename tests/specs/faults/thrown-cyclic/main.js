function main() {
    const a = { b: {} };
    a.b.a = a;
    throw a;
}
