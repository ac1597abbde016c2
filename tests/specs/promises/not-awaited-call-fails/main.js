async function main() {
    services.mail.send('nobody');
    const later = async () => {
        await services.mail.send('nobody either');
    };
    later();
    return 'sent';
}
