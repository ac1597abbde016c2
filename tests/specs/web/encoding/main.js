function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const encoder = new TextEncoder();
    const target = new Uint8Array(5);
    const pieces = new TextDecoder();
    const bytes = encoder.encode('день');
    return {
        encoded: [...encoder.encode('aж€😀')], nothing: encoder.encode().length, lone: [...encoder.encode('\ud800')],
        into: [encoder.encodeInto('aж€', target), [...target]],
        decoded: new TextDecoder().decode(encoder.encode('aж€😀')),
        buffer: new TextDecoder().decode(bytes.buffer), view: new TextDecoder().decode(new DataView(bytes.buffer, 2, 4)),
        wide: new TextDecoder('utf-16le').decode(new Uint16Array([0x436, 0x20ac])),
        windows: new TextDecoder('windows-1251').decode(new Uint8Array([0xe4, 0xe5, 0xed, 0xfc])),
        bom: [new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length, new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length],
        stream: [pieces.decode(bytes.subarray(0, 3), { stream: true }), pieces.decode(bytes.subarray(3), { stream: true }), pieces.decode()],
        broken: new TextDecoder().decode(new Uint8Array([97, 0xff, 98])),
        about: [encoder.encoding, new TextDecoder('latin1').encoding, new TextDecoder('utf8', { fatal: true }).fatal],
        refused: [
            () => new TextDecoder('klingon'), () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])),
            () => new TextDecoder().decode('text'), () => encoder.encodeInto('a', []), () => TextEncoder(), () => TextDecoder.prototype.decode.call({}),
        ].map(attempt),
    };
}
