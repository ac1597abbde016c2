// ends: timeout | success | memory
// a long text in a longer one
function main() {
    const hay = 'ab'.repeat(400000), needle = 'ab'.repeat(200000) + 'c';
    let found = 0;
    for (let i = 0; i < 10000; i++) found += hay.lastIndexOf(needle, hay.length - i) + hay.indexOf(needle, i);
    return found;
}
