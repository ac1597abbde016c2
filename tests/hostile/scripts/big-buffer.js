// ends: memory | user
// one buffer of three gigabytes
function main() {
    return new ArrayBuffer(3 * 2 ** 30).byteLength;
}
