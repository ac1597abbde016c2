// ends: success
// a common way to shuffle
function main() {
    return Array.from({length: 500}, (_, i) => i).sort(() => Math.random() - 0.5).length;
}
