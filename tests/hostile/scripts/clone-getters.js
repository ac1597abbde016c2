// ends: success
// has its getters make the value that is cloned as they go
function main() {
    const endless = () => ({ get next() { return endless(); } });
    try {
        structuredClone(endless());
    } catch (error) {
        if (!(error instanceof RangeError)) throw error;
    }
}
