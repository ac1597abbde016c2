// errors: 3
async function main() {
    return services.clinets.list();
}
