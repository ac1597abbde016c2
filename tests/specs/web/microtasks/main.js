async function main() {
    const seen = [];
    Promise.resolve().then(() => seen.push('promise'));
    queueMicrotask(() => seen.push('queued'));
    queueMicrotask(() => { throw new Error('nobody catches this'); });
    seen.push('now');
    await null;
    await null;
    try { queueMicrotask('code'); } catch (error) { seen.push(error.message); }
    return seen;
}
