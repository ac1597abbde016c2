// ends: success
// the same for the copy
function main() {
    return Array.from({length: 200}, (_, i) => i).toSorted((a, b) => (a ^ b) % 3 - 1).length;
}
