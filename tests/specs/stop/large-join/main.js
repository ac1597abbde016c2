// Many references to one text, joined.
function main() {
    const part = 'x'.repeat(2 ** 20);
    return new Array(1e5).fill(part).join('-').length;
}
