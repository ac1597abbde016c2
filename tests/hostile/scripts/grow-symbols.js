// ends: memory | timeout
// symbols in the global registry
function main() {
    for (let i = 0; ; i++) Symbol.for('registered ' + i + 'x'.repeat(100));
}
