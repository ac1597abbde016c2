// A buffer may be resized during `slice`: the missing part is zero.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const shown = buffer => [buffer.byteLength, [...new Uint8Array(buffer)].join('')];
const filled = () => { const buffer = new ArrayBuffer(8, { maxByteLength: 16 }); new Uint8Array(buffer).fill(7); return buffer; };
function species(work) {
    const buffer = filled();
    buffer.constructor = { [Symbol.species]: function (length) { work(buffer); return new ArrayBuffer(length); } };
    return buffer;
}
function main() {
    return [
        attempt(() => { const b = filled(); return shown(b.slice({ valueOf() { b.resize(1); return 2; } })); }),
        attempt(() => { const b = filled(); return shown(b.slice(0, { valueOf() { b.resize(3); return 6; } })); }),
        attempt(() => { const b = filled(); return shown(b.slice({ valueOf() { b.resize(16); return 2; } })); }),
        attempt(() => shown(species(b => b.resize(3)).slice(1, 6))),
        attempt(() => shown(species(b => b.resize(0)).slice(1, 6))),
        attempt(() => shown(species(b => b.resize(12)).slice(-3))),
        attempt(() => shown(species(b => b.transfer?.() ?? structuredClone(b, { transfer: [b] })).slice(1, 6))),
        attempt(() => shown(filled().slice(2, -2))),
    ];
}
