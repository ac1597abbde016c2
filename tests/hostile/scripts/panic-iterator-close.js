// ends: success | user | internal | stack
// an iterator that is closed while it is closed
function main() {
    const values = {[Symbol.iterator]: () => values, next: () => ({value: 1}), return() { const [first] = values; return {first}; }};
    const [one] = values;
    return one;
}
