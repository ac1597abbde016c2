// ends: user | success | timeout | memory
// a result with every possible key
function main() {
    return new Proxy({}, {
        ownKeys: () => Array.from({length: 50000}, (_, i) => `key${i}`),
        getOwnPropertyDescriptor: () => ({enumerable: true, configurable: true, value: [1]}),
        get: () => [1],
    });
}
