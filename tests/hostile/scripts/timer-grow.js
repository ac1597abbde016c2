// ends: memory | timeout
// keeps more and more from one timer to the next
async function main() {
    const kept = [];
    setInterval(() => kept.push(new Array(200_000).fill(kept.length)), 0);
    await utils.sleep(1e9);
}
