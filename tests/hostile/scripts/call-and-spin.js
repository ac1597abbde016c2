// ends: timeout | service
// spins while more answers arrive than the socket buffers
async function main() {
    const text = 'x'.repeat(100000);
    for (let i = 0; i < 50; i++) services.echo.same(text);
    await services.echo.same(1);
    for (;;);
}
