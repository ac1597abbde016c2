// An endless native iterator.
function main() {
    return [...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }, 1].length;
}
