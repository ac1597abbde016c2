async function main() {
    await services.clients.create({ email: 'a' });
}
