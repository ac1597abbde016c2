// n: 3000
function fill(template, values) {
    return template.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path) => {
        let value = values;
        for (const name of path.split('.')) value = value?.[name];
        return value ?? '';
    });
}
function main(n) {
    const template = 'Dear {{ client.name }}, your order {{ id }} of {{date}} costs {{ total.sum }} {{ total.currency }}. {{ note }}';
    let length = 0;
    for (let i = 0; i < n; i++) {
        length += fill(template, { id: i, date: '2024-05-06', client: { name: 'Client ' + i }, total: { sum: (i / 3).toFixed(2), currency: 'UZS' } }).length;
    }
    return length;
}
