// n: 100000
function main(n) {
    const text = 'order #1234 of 2024-05-06, total 99.50 EUR; '.repeat(n / 44);
    let sum = 0;
    for (const match of text.matchAll(/(\d{4})-(\d\d)-(\d\d)/g)) sum += Number(match[2]);
    const pattern = /#(?<id>\d+)/g;
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) sum += found.groups.id.length;
    return sum + text.match(/[A-Z]{3}/g).length;
}
