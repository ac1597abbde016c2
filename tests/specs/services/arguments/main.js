async function main() {
    await services.clients.list({ since: new Date(0), skip: undefined, f() {}, big: 10n, map: new Map([[1, 2]]) }, undefined, null, undefined);
    try {
        const a = {};
        a.a = a;
        await services.clients.list(a);
    } catch (error) {
        return error.message;
    }
}
