// A promise that always has another step.
async function main() {
    const again = () => Promise.resolve().then(again);
    await again();
}
