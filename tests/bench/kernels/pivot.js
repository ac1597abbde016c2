// n: 10000
function main(n) {
    const table = {};
    for (let i = 0; i < n; i++) {
        const year = 2020 + (i % 4);
        const month = 1 + (i % 12);
        const kind = ['sale', 'return', 'gift'][i % 3];
        const cell = ((table[year] ??= {})[month] ??= { sale: 0, return: 0, gift: 0 });
        cell[kind] += i % 100;
    }
    let text = '';
    for (const year in table) {
        for (const month in table[year]) {
            const { sale, return: back, gift } = table[year][month];
            text += `${year}-${month}:${sale - back}/${gift};`;
        }
    }
    return text;
}
