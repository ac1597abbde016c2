// ends: success | timeout | memory | user
// more on its way in both directions than a line holds
async function main() {
    const text = 'x'.repeat(60000);
    for (let round = 0; round < 3; round++) {
        await Promise.all(Array.from({length: 200}, () => services.echo.same(text)));
    }
    return 'all of it';
}
