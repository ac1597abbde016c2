// ends: stack | user | timeout
// catches what ends it, and goes on
function main() {
    try {
        return main();
    } catch {
        return main();
    } finally {
        main();
    }
}
