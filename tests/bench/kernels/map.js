// n: 40000
function main(n) {
    const map = new Map();
    for (let i = 0; i < n; i++) map.set('key' + i, i);
    let sum = 0;
    for (const [key, value] of map) sum += key.length + value;
    map.forEach((value, key) => { if (value % 2) map.delete(key) });
    return sum + map.size;
}
