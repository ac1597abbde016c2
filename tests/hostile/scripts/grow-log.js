// ends: timeout | success | user | memory
// writes to the console for ever
function main() {
    for (let i = 0; ; i++) console.log('line', i, 'x'.repeat(200));
}
