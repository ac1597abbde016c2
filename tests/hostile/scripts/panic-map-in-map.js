// ends: success | user | internal
// changes a map during iteration
function main() {
    const map = new Map([[1, 1], [2, 2]]);
    map.forEach((value, key) => { map.delete(key); if (map.size < 1000) map.set(key + 2, value); map.clear(); });
    return map.size;
}
