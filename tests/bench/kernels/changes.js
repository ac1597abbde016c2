// n: 2000
function copy(value) {
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== 'object') return value;
    const result = {};
    for (const key of Object.keys(value)) result[key] = copy(value[key]);
    return result;
}
function changes(before, after, path = '', found = []) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        const here = path ? path + '.' + key : key;
        const [a, b] = [before[key], after[key]];
        if (a && b && typeof a === 'object' && typeof b === 'object') changes(a, b, here, found);
        else if (a !== b) found.push({ path: here, from: a, to: b });
    }
    return found;
}
function main(n) {
    let text = '';
    for (let i = 0; i < n; i++) {
        const before = { id: i, client: { name: 'A', phones: ['1', '2'] }, lines: [{ sku: 'x', count: 1 }, { sku: 'y', count: 2 }], note: null };
        const after = copy(before);
        after.client.phones[i % 2] = '3';
        after.lines[1].count += i % 3;
        if (i % 4 === 0) after.extra = true;
        text = changes(before, after).map(({ path, from, to }) => path + from + to).join();
    }
    return text;
}
