// n: 4000
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        const order = { id: i, lines: [1, 2, 3], client: 'c', total: 5 };
        for (const key in order) sum += key.length;
        sum += Object.keys(order).length + Object.values(order).length;
        sum += Object.entries(Object.fromEntries(Object.entries(order))).length;
        sum += Object.assign({}, order, { more: 1 }).more;
    }
    return sum;
}
