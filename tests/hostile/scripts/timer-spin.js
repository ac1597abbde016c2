// ends: timeout
// spins in a timer
async function main() {
    setTimeout(() => { for (;;); }, 1);
    await utils.sleep(1e9);
}
