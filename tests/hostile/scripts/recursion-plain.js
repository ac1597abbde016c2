// ends: stack | user
// a function that calls itself
function main() {
    return 1 + main();
}
