// n: 1000
function main(n) {
    const items = [];
    for (let i = 0; i < n; i++) items.unshift(i);
    for (let i = 0; i < n; i++) items.splice(i, 1, -i);
    return items.length;
}
