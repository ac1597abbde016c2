async function main() {
    try {
        await services.clients.create({ email: 'taken' });
    } catch (error) {
        return {
            real: error instanceof Error, name: error.name, message: error.message, code: error.code, field: error.field,
            details: error.details, keys: Object.keys(error), text: String(error),
        };
    }
}
