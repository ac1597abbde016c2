function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { encode, decode } = utils.base64;
    const bytes = new Uint8Array([0, 255, 254, 62, 63]);
    return {
        text: [encode('день'), decode(encode('день')), encode('')], bytes: [encode(bytes), encode(bytes.buffer) === encode(bytes)],
        urlSafe: [encode(bytes, { urlSafe: true }), encode('a', { urlSafe: true })],
        decoded: [[...decode('AP/+Pj8=', { as: 'bytes' })], [...decode('AP_-Pj8', { as: 'bytes' })], decode(' SGVs\nbG8 '), decode('SGVsbG8')],
        refused: [
            () => encode(5), () => encode('a', { urlsafe: true }), () => encode('a', { urlSafe: 1 }), () => encode('a', true), () => decode('a'), () => decode('a$bc'),
            () => decode(encode(bytes)), () => decode(1), () => decode('YQ==', { as: 'hex' }),
        ].map(attempt),
    };
}
