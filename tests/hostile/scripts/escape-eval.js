// ends: success
// compiles text by every kind of eval
function main() {
    const ways = [() => eval('1'), () => (0, eval)('1'), () => globalThis.eval('1'), () => Reflect.apply(eval, null, ['1'])];
    for (const way of ways) {
        let value = null;
        try { value = way(); } catch { continue; }
        throw new Error(`evaluated: ${value}`);
    }
}
