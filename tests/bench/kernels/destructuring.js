// n: 10000
function area([width, height = 1], { scale = 2, unit: { name } = { name: 'm' } } = {}) {
    return width * height * scale + name.length;
}
function main(n) {
    let [a, b] = [0, 1];
    let sum = 0;
    for (let i = 0; i < n; i++) {
        [a, b] = [b, (a + b) % 1009];
        const { id, client: { city, ...others }, tags: [first, ...rest] } = {
            id: i, client: { city: 'x', phone: '1', mail: '2' }, tags: ['p', 'q', 'r'],
        };
        sum += area([a, b], { scale: 3 }) + area([i]) + id + city.length + others.phone.length + first.length + rest.length;
    }
    return sum;
}
