// n: 2000
function main(n) {
    const row = '{"id":123,"name":"Widget","price":12.5,"tags":["a","b"],"stock":{"main":4,"spare":0},"active":true}';
    const rows = JSON.parse('[' + (row + ',').repeat(n - 1) + row + ']');
    return rows.reduce((sum, { price, tags }) => sum + price + tags.length, 0);
}
