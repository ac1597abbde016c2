// ends: stack
// recurses in a timer
async function main() {
    setTimeout(function again() { again(); again(); }, 1);
    await utils.sleep(1e9);
}
