// n: 2000
function main(n) {
    const rows = [];
    for (let i = 0; i < n; i++) {
        rows.push({ id: i, name: 'Widget "' + i + '"', price: i / 8, tags: ['a', 'b'], stock: { main: 4, spare: null } });
    }
    return JSON.stringify(rows).length + JSON.stringify(rows, null, 2).length;
}
