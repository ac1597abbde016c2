// ends: memory | user | timeout
// an array made from a length alone
function main() {
    return Array.from({length: 2 ** 31}, () => 0).length;
}
