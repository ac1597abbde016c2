// Earlier timers first, those of the same time in the order in which they were set, microtasks in between.
async function main() {
    const seen = [];
    await new Promise(done => {
        setTimeout(done, 900, 'done');
        setTimeout((...args) => seen.push(args), 500, 'late', 2);
        setTimeout(() => { seen.push('first'); Promise.resolve().then(() => seen.push('its microtask')); }, 100);
        setTimeout(() => seen.push('second'), 100);
        setTimeout(() => { seen.push('sets another'); setTimeout(() => seen.push('nested'), 100); }, 200);
        queueMicrotask(() => seen.push('microtask'));
        seen.push('synchronous');
    });
    return seen;
}
