// n: 8000
function main(n) {
    const stock = Array.from({ length: n }, (_, i) => ({ sku: 'S' + i, count: i % 40, price: (i * 37) % 911, active: i % 5 > 0 }));
    const short = stock
        .filter(item => item.active && item.count < 10)
        .map(item => ({ ...item, value: item.count * item.price }))
        .filter(({ value }) => value > 100);
    const most = short.slice().sort((a, b) => b.value - a.value || a.count - b.count).slice(0, 20);
    const skus = most.map(item => item.sku);
    return [
        short.length,
        skus.join(),
        short.some(item => item.price === 910),
        short.every(item => item.value > 100),
        stock.findIndex(item => item.price === 17),
        stock.flatMap(item => (item.count ? [item.count] : [])).reduce((sum, count) => sum + count, 0),
    ];
}
