// Buffers that are retained.
function main() {
    const all = [];
    for (;;) all.push(new Uint8Array(1 << 20));
}
