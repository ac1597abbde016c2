// ends: success | user | internal
// shrinks the buffer during fill
function main() {
    const buffer = new ArrayBuffer(512, {maxByteLength: 1024}), bytes = new Uint8Array(buffer);
    bytes.fill({valueOf() { buffer.resize(3); return 9; }}, 1, 500);
    bytes.set({length: 3, get 0() { buffer.resize(0); return 1; }, 1: 1, 2: 2});
    return bytes.length;
}
