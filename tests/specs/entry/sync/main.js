function main(a, b) {
    return { sum: a + b, self: typeof this };
}
