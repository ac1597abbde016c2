// Calls of the application, and its errors with all fields.
async function main() {
    const same = await services.echo.same({ list: [1, null, 'Ж'] });
    let failed;
    try {
        await services.echo.fail('x');
    } catch ({ code, message, field }) {
        failed = { code, message, field };
    }
    let shape;
    try {
        await services.echo.fail(5);
    } catch (error) {
        shape = error.code;
    }
    return [same, await services.echo.tenant(), failed, shape, typeof services.echo.embedded_only, typeof services.nobody];
}
