// ends: memory | user
// pads to a billion
function main() {
    return ''.padEnd(1e9, 'pad').length;
}
