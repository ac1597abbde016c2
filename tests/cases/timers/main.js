// Timers fire in the order of their times; a cleared one never fires.
async function main() {
    const fired = [];
    const never = setTimeout(() => fired.push('never'), 5);
    clearTimeout(never);
    setTimeout((who) => fired.push(who), 20, 'late');
    setTimeout(() => fired.push('soon'), 1);
    let ticks = 0;
    await new Promise((done) => {
        const timer = setInterval(() => {
            ticks += 1;
            if (ticks === 3) {
                clearInterval(timer);
                done();
            }
        }, 2);
    });
    await utils.sleep(40);
    queueMicrotask(() => fired.push('at once'));
    await null;
    return [fired, ticks];
}
