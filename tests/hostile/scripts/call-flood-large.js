// ends: success | timeout | memory | user | service
// more in flight in both directions than the socket buffers
async function main() {
    const text = 'x'.repeat(60000);
    for (let round = 0; round < 3; round++) {
        await Promise.all(Array.from({length: 200}, () => services.echo.same(text)));
    }
    return 'all of it';
}
