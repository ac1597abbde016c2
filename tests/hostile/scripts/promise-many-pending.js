// ends: user | memory | timeout
// three hundred thousand pending promises
async function main() {
    const all = Array.from({length: 300000}, () => new Promise(() => {}));
    return await Promise.all(all);
}
