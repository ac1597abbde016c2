// Native methods over array-likes without end, where no JavaScript runs.
function main() {
    return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 'x');
}
