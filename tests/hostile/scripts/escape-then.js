// ends: success | user
// replaces functions that the engine itself calls
async function main() {
    try { Promise.prototype.then = () => { throw new Error('hijacked'); }; } catch { /* frozen */ }
    try { globalThis.Promise = class {}; } catch { /* frozen */ }
    return await services.echo.same(1);
}
