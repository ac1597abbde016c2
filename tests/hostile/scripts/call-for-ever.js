// ends: timeout | service
// waits for a host that does not answer
async function main() {
    return await services.echo.wait();
}
