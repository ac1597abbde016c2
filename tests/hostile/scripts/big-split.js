// ends: memory | user | timeout | success
// ten million parts
function main() {
    return 'a,'.repeat(1e7).split(',').length;
}
