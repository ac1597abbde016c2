// ends: memory | user | timeout
// an array, filled
function main() {
    return new Array(2 ** 31).fill('x').length;
}
