// ends: success
// compiles text by every constructor
function main() {
    const makers = [() => {}, async () => {}, function* () {}, async function* () {}].map(f => f.constructor);
    for (const make of makers) {
        let made = null;
        try { made = make('return this'); } catch { continue; }
        throw new Error(`code of text: ${made}`);
    }
    return makers.length;
}
