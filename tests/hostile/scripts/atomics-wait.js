// ends: user | success | timeout
// sleeps where nobody wakes it
function main() {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);
}
