// ends: memory | user | timeout
// commas between nothing
function main() {
    return new Array(3e9).join().length;
}
