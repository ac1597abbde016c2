// errors: 3
async function main() {
    return services.clients.remove("1");
}
