async function main() {
    const seen = [];
    const never = setTimeout(() => seen.push('never'), 100);
    clearTimeout(never);
    clearTimeout(never);
    for (const nothing of [undefined, null, 'x', -1, 1.5, 1e9, {}]) clearTimeout(nothing);
    const other = setTimeout(() => seen.push('never either'), 300);
    setTimeout(() => clearInterval(other), 200);
    let ticks = 0;
    await new Promise(done => {
        const every = setInterval(tick => {
            seen.push(tick);
            if (++ticks === 3) { clearInterval(every); done(); }
        }, 100, 'tick');
    });
    await utils.sleep(1000);
    return { seen, types: [typeof never, never !== other] };
}
