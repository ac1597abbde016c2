// ends: success
// a common mistake: a comparator that returns a boolean
function main() {
    return Array.from({length: 300}, (_, i) => i * 7 % 300).sort((a, b) => a > b).length;
}
