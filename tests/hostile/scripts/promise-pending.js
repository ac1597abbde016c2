// ends: user
// awaits a promise that never settles
function main() {
    return new Promise(() => {});
}
