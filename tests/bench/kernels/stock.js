// n: 4000
function main(n) {
    const lots = new Map();
    const report = [];
    for (let i = 0; i < n; i++) {
        const sku = 'SKU-' + (i % 40);
        if (!lots.has(sku)) lots.set(sku, []);
        const queue = lots.get(sku);
        if (i % 3 !== 2) {
            queue.push({ left: 5 + (i % 11), cost: 100 + (i % 13) });
            continue;
        }
        let wanted = 4 + (i % 9);
        let cost = 0;
        while (wanted > 0 && queue.length > 0) {
            const lot = queue[0];
            const taken = Math.min(lot.left, wanted);
            cost += taken * lot.cost;
            lot.left -= taken;
            wanted -= taken;
            if (lot.left === 0) queue.shift();
        }
        report.push({ sku, cost, missing: wanted });
    }
    const missing = report.filter(row => row.missing > 0).length;
    return [report.length, missing, report.reduce((sum, { cost }) => sum + cost, 0)];
}
