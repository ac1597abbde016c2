// Calls that are awaited together run concurrently.
async function main() {
    const order = [];
    await Promise.all([60, 30, 1].map(async (ms) => order.push(await services.echo.after(ms))));
    return order;
}
