// An array that never stops growing.
function main() {
    const all = [];
    for (;;) all.push({ at: all.length });
}
