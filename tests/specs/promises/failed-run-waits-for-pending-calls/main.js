async function main() {
    const slow = async () => {
        await storage.set('first', 1);
        await storage.set('second', 2);
    };
    await Promise.all([slow(), services.mail.send('nobody')]);
}
