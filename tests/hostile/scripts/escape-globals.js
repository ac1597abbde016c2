// ends: success
// looks for globals of other runtimes
function main() {
    const names = ['process', 'require', 'module', 'Deno', 'Bun', 'Java', 'std', 'os', '$262', 'XMLHttpRequest', 'WebAssembly',
                   'ShadowRealm', 'SharedArrayBuffer', 'gc', 'load', 'read', 'quit'];
    const found = names.filter(name => typeof globalThis[name] !== 'undefined');
    if (found.length) throw new Error(found.join());
}
