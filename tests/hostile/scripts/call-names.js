// ends: user
// calls unbound services by odd names
async function main() {
    const names = ['__proto__', 'constructor', '../echo', '', 'a'.repeat(100000), 'echo.same'];
    for (const name of names) {
        try { await services[name].same(1); } catch { continue; }
        return `${name} answered`;
    }
    throw new Error('none of them is there');
}
