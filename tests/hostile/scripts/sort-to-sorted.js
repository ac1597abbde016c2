// ends: success
// an inconsistent comparator for toSorted
function main() {
    return Array.from({length: 200}, (_, i) => i).toSorted((a, b) => (a ^ b) % 3 - 1).length;
}
