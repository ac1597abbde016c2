// ends: timeout | memory
// an iterator of native functions alone
function main() {
    const step = {done: false, value: 'same'};
    return new Set({[Symbol.iterator]: () => ({next: Object.prototype.valueOf.bind(step)})}).size;
}
