// ends: success
// getters that extend the value while it is cloned
function main() {
    const endless = () => ({ get next() { return endless(); } });
    try {
        structuredClone(endless());
    } catch (error) {
        if (!(error instanceof RangeError)) throw error;
    }
}
