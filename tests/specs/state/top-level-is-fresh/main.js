let counter = 0;
const cache = new Map();
function main() {
    cache.set(counter, true);
    return [++counter, cache.size];
}
