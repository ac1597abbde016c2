// n: 6000
function cell(value) {
    const text = String(value);
    return text.includes(';') || text.includes('"') ? '"' + text.replace(/"/g, '""') + '"' : text;
}
function main(n) {
    let csv = 'id;client;city;amount;note\r\n';
    for (let i = 0; i < n; i++) {
        const row = [i, 'Client ' + (i % 500), i % 3 ? 'Tashkent' : 'Nukus', (i * 1.25).toFixed(2), i % 10 ? '' : 'a "b"; c'];
        let line = '';
        for (let at = 0; at < row.length; at++) line += (at ? ';' : '') + cell(row[at]);
        csv += line + '\r\n';
    }
    return csv.length + csv.charCodeAt(csv.length - 9);
}
