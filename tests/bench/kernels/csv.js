// n: 4000
function main(n) {
    let text = 'id;name;amount\n';
    text += Array.from({ length: n }, (_, i) => i + ';"Client ' + i + '";' + (i % 100) + '.50').join('\n');
    const [header, ...lines] = text.split('\n');
    const names = header.split(';');
    const rows = lines.map(line => {
        const cells = line.split(';');
        return Object.fromEntries(names.map((name, at) => [name, cells[at].replace(/^"|"$/g, '')]));
    });
    return rows.reduce((sum, row) => sum + parseFloat(row.amount), 0).toFixed(2);
}
