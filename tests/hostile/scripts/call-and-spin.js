// ends: timeout
// spins while more comes in than a line holds
async function main() {
    const text = 'x'.repeat(100000);
    for (let i = 0; i < 50; i++) services.echo.same(text);
    await services.echo.same(1);
    for (;;);
}
