// ends: stack | user | memory | timeout
// an async function that calls itself first
async function main() {
    return await main();
}
