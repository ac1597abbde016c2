// ends: timeout | memory
// then calls then
function main() {
    const again = () => Promise.resolve().then(again); return again();
}
