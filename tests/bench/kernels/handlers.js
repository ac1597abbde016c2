// n: 4000
function main(n) {
    const rules = [
        row => row.amount > 50,
        row => row.city.length > 4,
        ({ city, amount }) => city !== 'Khiva' || amount < 10,
        row => row.id % 7 !== 3,
    ];
    const limits = [10, 20, 30].map(limit => value => value > limit);
    let passed = 0;
    for (let i = 0; i < n; i++) {
        const row = { id: i, amount: i % 101, city: i % 2 ? 'Khiva' : 'Bukhara' };
        let good = 0;
        for (const rule of rules) if (rule(row)) good++;
        for (const above of limits) if (above(row.amount)) good++;
        passed += good;
    }
    return passed;
}
