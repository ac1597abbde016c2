function attempt(work) {
    try {
        return work();
    } catch (error) {
        return `${error.name}: ${error.message}`;
    }
}
function main() {
    const { hash, hmac, randomBytes } = utils.crypto;
    return {
        sha256: hash('abc'), md5: hash('abc', 'md5'), sha1: hash('abc', 'SHA-1'), sha384: hash('', 'sha384').length,
        sha512: hash('', 'sha512').length, bytes: hash(new Uint8Array([97, 98, 99])), hmac: hmac('key', 'abc'),
        random: randomBytes(16).length, different: randomBytes(8) !== randomBytes(8), none: randomBytes(0),
        errors: [attempt(() => hash('a', 'crc32')), attempt(() => hash({})), attempt(() => randomBytes(-1)), attempt(() => randomBytes(1e9))],
    };
}
