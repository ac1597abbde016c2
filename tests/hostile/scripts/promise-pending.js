// ends: user
// waits for what never comes
function main() {
    return new Promise(() => {});
}
