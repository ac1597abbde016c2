// A native iterator without end.
function main() {
    return [...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }, 1].length;
}
