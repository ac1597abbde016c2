// ends: memory | timeout
// stores everything in globals for the next run
function main() {
    for (let i = 0; ; i++) globalThis['left' + i] = new Array(50).fill(i);
}
