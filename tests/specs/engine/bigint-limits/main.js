// Integers are limited, and wrapping one that fits makes no large intermediate value.
function main() {
    const name = make => {
        try {
            return String(make()).length;
        } catch (error) {
            return error.name + ': ' + error.message;
        }
    };
    return [
        name(() => 2n ** 30000000n),
        name(() => 1n << 2000000000n),
        name(() => (1n << 600000n) * (1n << 600000n)),
        name(() => BigInt("9".repeat(400000))),
        [(-1n) ** 30000001n, 0n ** 30000000n, 1n ** 2n ** 60n].map(String),
        [0n << 2n ** 64n, 0n << 2000000000n, 0n >> -2000000000n, 0n << 0n, -5n >> -2n, 0n >> -(2n ** 64n), -1n << -(2n ** 64n), 5n >> 2n ** 64n].map(String),
        name(() => 1n << 2n ** 64n), name(() => 1n >> -2000000000n), name(() => 1n >> -(2n ** 64n)),
        name(() => 10n ** 20000n),
        name(() => 10n ** 300000n),
        String(BigInt.asUintN(2 ** 53 - 1, 5n)),
        String(BigInt.asIntN(2 ** 53 - 1, -5n)),
        name(() => BigInt.asUintN(2 ** 53 - 1, -5n)),
        [0, 1, 2, 3, 8].map(bits => [-129n, -128n, -2n, -1n, 0n, 1n, 2n, 127n, 128n, 255n, 256n].map(n => [BigInt.asIntN(bits, n), BigInt.asUintN(bits, n)].join())),
    ];
}
