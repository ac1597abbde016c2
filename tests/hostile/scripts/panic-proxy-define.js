// ends: success | user | internal
// a trap that freezes what is being defined
function main() {
    const target = {};
    const proxy = new Proxy(target, {defineProperty(t, key, wanted) { Object.freeze(t); return Reflect.defineProperty(t, key, wanted); }});
    try { proxy.x = 1; } catch (error) { return error.name; }
    return Object.isFrozen(proxy);
}
