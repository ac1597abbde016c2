async function main() {
    const seen = [];
    Promise.resolve().then(() => seen.push('then'));
    await (async () => { seen.push('sync'); await null; seen.push('await'); })();
    seen.push('end');
    return seen;
}
