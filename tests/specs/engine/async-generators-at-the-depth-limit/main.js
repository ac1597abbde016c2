// The limit of the depth, met where an async generator goes on, is the script's fault and not the engine's.
async function main() {
    let it = [1];
    for (let i = 0; i < 5000; i++) { const inner = it; it = (async function* () { yield* inner; })(); }
    return await it.next();
}
