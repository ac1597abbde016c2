// ends: success | memory | timeout
// logs a text of many lines in a deep group
function main() {
    for (let i = 0; i < 100; i++) console.group();
    console.log('\n'.repeat(2 ** 24));
    console.table(Array.from({ length: 100 }, () => Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['\n'.repeat(1000) + i, '\n'.repeat(10000)]))));
}
