function main() {} }); globalThis.leak = 1; (function () {
