// Reaching the depth limit when an async generator resumes is a fault of the script, not of the engine.
async function main() {
    let it = [1];
    for (let i = 0; i < 5000; i++) { const inner = it; it = (async function* () { yield* inner; })(); }
    return await it.next();
}
