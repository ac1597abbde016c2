// ends: user | success | timeout
// sleeps without a thread to wake it
function main() {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);
}
