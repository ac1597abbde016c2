async function main() {
    const seen = [];
    const large = 'x'.repeat(2000);
    let deep = [];
    for (let level = 0; level < 20; level++) {
        deep = [deep];
    }
    for (const call of [() => services.orders.save(large), () => storage.set('a', large), () => services.orders.save(deep)]) {
        try {
            await call();
            seen.push('sent');
        } catch (error) {
            seen.push([error instanceof Error, error.code, error.message]);
        }
    }
    return seen;
}
