// A list as long as the length of an array-like.
function main() {
    return Math.max.apply(null, { length: 1e9 });
}
