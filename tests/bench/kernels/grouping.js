// n: 10000
function main(n) {
    const cities = ['Tashkent', 'Samarkand', 'Bukhara', 'Khiva', 'Nukus'];
    const orders = [];
    for (let i = 0; i < n; i++) {
        orders.push({ id: i, client: 'c' + (i % 211), city: cities[i % 5], amount: (i % 89) * 10, paid: i % 3 > 0 });
    }
    const groups = orders.reduce((found, order) => {
        (found[order.client] ||= []).push(order);
        return found;
    }, {});
    const totals = {};
    for (const [client, list] of Object.entries(groups)) {
        totals[client] = { count: list.length, sum: 0, unpaid: 0 };
        for (const order of list) {
            totals[client].sum += order.amount;
            if (!order.paid) totals[client].unpaid++;
        }
    }
    const byCity = {};
    for (const order of orders) byCity[order.city] = (byCity[order.city] || 0) + order.amount;
    return Object.values(totals).map(({ count, sum, unpaid }) => count + sum - unpaid).join() + JSON.stringify(byCity);
}
