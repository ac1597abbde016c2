// ends: memory | timeout
// functions that retain lists
function main() {
    const kept = [];
    for (;;) {
        const own = new Array(100).fill(kept.length);
        kept.push(() => own);
    }
}
