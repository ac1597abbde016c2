// ends: success
// sets and clears timers, each to fire before the one before
async function main() {
    try {
        for (let delay = 2_000_000_000; ; delay--) clearTimeout(setTimeout(() => {}, delay));
    } catch (error) {
        if (error.code !== 'TIMER_LIMIT') throw error;
    }
}
