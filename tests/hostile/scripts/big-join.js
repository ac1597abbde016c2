// ends: memory | user | timeout
// joins an array of holes
function main() {
    return new Array(3e9).join().length;
}
