// ends: memory | timeout
// retains more with each timer
async function main() {
    const kept = [];
    setInterval(() => kept.push(new Array(200_000).fill(kept.length)), 0);
    await utils.sleep(1e9);
}
