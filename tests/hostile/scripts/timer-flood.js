// ends: success
// sets and clears timers, each due before the previous one
async function main() {
    try {
        for (let delay = 2_000_000_000; ; delay--) clearTimeout(setTimeout(() => {}, delay));
    } catch (error) {
        if (error.code !== 'TIMER_LIMIT') throw error;
    }
}
