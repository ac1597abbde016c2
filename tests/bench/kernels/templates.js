// n: 10000
function main(n) {
    const line = (name, price, count) => `<tr><td>${name}</td><td>${price.toFixed(2)}</td><td>${count}</td></tr>`;
    const rows = [];
    for (let i = 0; i < n; i++) rows.push(line(`item ${i}`, i / 4, i % 9));
    const page = `<table>${rows.join('')}</table>`;
    return page.length + 'Dear {{name}}, {{name}}'.replace(/\{\{(\w+)\}\}/g, (_, key) => key.toUpperCase()).length;
}
