// A promise with endless steps.
async function main() {
    const again = () => Promise.resolve().then(again);
    await again();
}
