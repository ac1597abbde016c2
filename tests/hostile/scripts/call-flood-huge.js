// ends: timeout | memory | user | service
// a quarter of a gigabyte in flight, again and again
async function main() {
    const text = 'x'.repeat(1000000);
    for (;;) await Promise.all(Array.from({length: 250}, () => services.echo.same(text)));
}
