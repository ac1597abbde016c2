async function main() {
    const seen = [];
    for (const call of [() => services.payments.charge(1), () => services.clients.remove(1)]) {
        try {
            await call();
        } catch (error) {
            seen.push([error.code, error.message]);
        }
    }
    await services.payments.charge(2);
}
