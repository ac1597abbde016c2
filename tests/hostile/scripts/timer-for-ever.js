// ends: timeout
// waits for timers that never come to an end, as many as it may
async function main() {
    for (let i = 0; i < 900; i++) setInterval(() => {}, 0);
    await new Promise(() => {});
}
