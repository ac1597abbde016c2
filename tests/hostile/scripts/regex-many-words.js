// ends: timeout | success | memory | user
// an alternation that fills memory
function main() {
    const words = Array.from({length: 60000}, (_, i) => 'word' + i).join('|');
    return new RegExp(`^(?:${words})+$`).test('word59999'.repeat(100) + '!');
}
