// ends: stack | memory | timeout | user | success
// a generator that delegates to one that delegates
function main() {
    function* down(n) { yield* n ? down(n - 1) : [1]; }
    return [...down(200000)];
}
