// The engine reaches its limit in a step of an await that it assumes to be safe.
async function main() {
    return await main();
}
