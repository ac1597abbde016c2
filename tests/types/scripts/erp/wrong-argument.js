// errors: 4
/** @param {{ id: number }} input */
async function main(input) {
    return services.clients.get(input.id); // a number, where a text is wanted
}
