async function main() {
    const order = { id: 7 };
    order.self = order;
    const seen = [];
    const calls = [
        () => services.orders.save(order),
        () => storage.set('order', order),
        () => events.publish('order.saved', order),
        () => http.post('https://example.com', { json: order }),
        () => services.orders.save(1n),
        () => storage.set('order', () => {}),
    ];
    for (const call of calls) {
        try {
            await call();
            seen.push('sent');
        } catch (error) {
            seen.push([error instanceof Error, error.code, error.message]);
        }
    }
    return seen;
}
