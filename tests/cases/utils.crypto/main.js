// Hashes, HMACs, random bytes, and a comparison in constant time.
async function main() {
    return [
        utils.crypto.hash('abc', 'sha256'),
        utils.crypto.hmac('what do ya want for nothing?', 'Jefe', 'sha256'),
        utils.crypto.equal('same', 'same'),
        utils.crypto.equal('same', 'other'),
        utils.crypto.randomBytes(16).length,
    ];
}
