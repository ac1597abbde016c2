function attempt(work) {
    try {
        return work();
    } catch (error) {
        return `${error.name}: ${error.message}`;
    }
}
function main() {
    const { hash, hmac, equal, randomBytes } = utils.crypto;
    return {
        sha256: hash('abc'), md5: hash('abc', 'md5'), sha1: hash('abc', 'SHA-1'), sha384: hash('', 'sha384').length,
        sha512: hash('', 'sha512').length, bytes: hash(new Uint8Array([97, 98, 99])), hmac: hmac('abc', 'key'),
        // RFC 4231, test case 2.
        rfc: hmac('what do ya want for nothing?', 'Jefe', 'sha256') === '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
        encodings: [hash('abc', 'md5', 'base64'), hmac('abc', 'key', 'sha1', 'base64url'), [...hash('abc', 'md5', 'bytes')].length],
        equal: [equal('secret', 'secret'), equal('secret', 'secreT'), equal('secret', 'secret '), equal('', ''), equal(new Uint8Array([97]), 'a')],
        random: randomBytes(16).length, different: randomBytes(8) !== randomBytes(8), none: randomBytes(0),
        errors: [
            () => hash('a', 'crc32'), () => hash({}), () => randomBytes(-1), () => randomBytes(1e9), () => hmac('a'), () => hash('a', 'md5', 'hexadecimal'), () => equal('a'), () => equal(1, 1),
        ].map(attempt),
    };
}
