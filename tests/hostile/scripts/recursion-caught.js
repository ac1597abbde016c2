// ends: stack | user | timeout
// catches the fault that ends it, and continues
function main() {
    try {
        return main();
    } catch {
        return main();
    } finally {
        main();
    }
}
