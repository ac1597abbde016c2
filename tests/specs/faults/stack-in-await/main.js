// The engine comes to its limit in a step of an await that it takes to be safe.
async function main() {
    return await main();
}
