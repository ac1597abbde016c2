// Random values, of which only the shape is known.
function main() {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const other = crypto.getRandomValues(new Uint8Array(32));
    const kinds = [bytes.length, bytes.some((byte) => byte !== 0), bytes.join() !== other.join()];
    const uuid = crypto.randomUUID();
    let refused = '';
    try { crypto.getRandomValues(new Uint8Array(65537)); } catch (error) { refused = error.name; }
    return [kinds, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid), uuid !== crypto.randomUUID(), refused];
}
