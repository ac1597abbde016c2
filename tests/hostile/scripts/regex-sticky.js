// ends: timeout | success | memory | user
// starts again at every position
function main() {
    const text = 'ab'.repeat(100000), found = [];
    for (const match of text.matchAll(/(?:ab)*c|a/g)) found.push(match.index);
    return found.length;
}
