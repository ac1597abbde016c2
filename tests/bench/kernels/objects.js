// n: 40000
function main(n) {
    const lines = [];
    for (let i = 0; i < n; i++) lines.push({ id: i, name: 'item ' + i, price: i % 97, tags: ['a', 'b'] });
    let total = 0;
    for (const line of lines) {
        line.total = line.price * 2;
        total += line.total + line.tags.length;
    }
    return total;
}
