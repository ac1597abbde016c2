// ends: stack | memory | timeout | user | success
// a JSON text of brackets only
function main() {
    return JSON.parse('['.repeat(300000) + ']'.repeat(300000)).length;
}
