// ends: timeout
// waits for the maximum number of timers that never end
async function main() {
    for (let i = 0; i < 900; i++) setInterval(() => {}, 0);
    await new Promise(() => {});
}
