// ends: success | user | internal
// shrinks the buffer that is being written
function main() {
    const buffer = new ArrayBuffer(64, {maxByteLength: 128});
    new DataView(buffer).setFloat64(0, {valueOf() { buffer.resize(1); return 1; }});
    return buffer.byteLength;
}
