// ends: success
// tries to become another tenant
async function main() {
    const tenant = context.tenant.id;
    try { context.tenant.id = 'globex'; } catch { /* frozen */ }
    try { Object.defineProperty(context, 'tenant', {value: {id: 'globex'}}); } catch { /* frozen */ }
    const seen = await services.echo.tenant();
    if (seen !== tenant) throw new Error(`the host sees ${seen}`);
}
