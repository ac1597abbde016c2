// ends: memory | timeout | success
// unreferenced buffers
function main() {
    let bytes = 0;
    for (let i = 0; i < 3000; i++) bytes += new Uint8Array(4 << 20).fill(1).length;
    return bytes;
}
