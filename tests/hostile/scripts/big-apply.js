// ends: memory | user | stack | timeout
// a billion arguments
function main() {
    return Math.max.apply(null, {length: 1e9});
}
