// ends: memory | timeout
// symbols that a registry keeps
function main() {
    for (let i = 0; ; i++) Symbol.for('registered ' + i + 'x'.repeat(100));
}
