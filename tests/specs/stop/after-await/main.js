// The fault is not lost after an `await`, where the engine drops it.
async function spin() {
    await null;
    for (;;);
}
async function main() {
    spin().then(() => console.log('fulfilled'), () => console.log('rejected'));
    await spin().catch(() => console.log('caught'));
    return 'went on';
}
