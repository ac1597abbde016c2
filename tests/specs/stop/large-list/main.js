// A list as long as an array-like says that it is.
function main() {
    return Math.max.apply(null, { length: 1e9 });
}
