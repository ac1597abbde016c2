async function main() {
    if (services.sms) await services.sms.send();
    return [typeof services.sms, typeof services.clients, services.sms?.send, Object.keys(services.clients)];
}
