// ends: success
// reads files as modules
async function main() {
    for (const path of ['/etc/hostname', './package.json', 'file:///etc/passwd', 'fs', 'node:fs', '../x.json']) {
        let module = null;
        try { module = await import(path); } catch { continue; }
        throw new Error(`${path}: ${Object.keys(module)}`);
    }
}
