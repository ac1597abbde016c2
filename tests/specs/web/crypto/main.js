function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const bytes = new Uint8Array(32);
    const part = new Uint32Array(8).subarray(2, 4);
    crypto.getRandomValues(part);
    return {
        uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), different: crypto.randomUUID() !== crypto.randomUUID(),
        same: crypto.getRandomValues(bytes) === bytes, filled: bytes.some(byte => byte !== 0),
        onlyThePart: [...new Uint32Array(part.buffer)].map((word, index) => (index === 2 || index === 3) ? 'random' : word), big: typeof crypto.getRandomValues(new BigInt64Array(1))[0],
        refused: [() => crypto.getRandomValues([1]), () => crypto.getRandomValues(new Float64Array(1)), () => crypto.getRandomValues(new Uint8Array(65537)), () => crypto.getRandomValues()].map(attempt),
    };
}
