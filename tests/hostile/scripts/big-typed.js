// ends: memory | user | timeout
// a typed array, filled
function main() {
    return new Float64Array(2 ** 27).fill(Math.PI).length;
}
