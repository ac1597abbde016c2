// n: 10000
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        const date = new Date(2024, 0, 1 + (i % 365), 12, 30);
        date.setDate(date.getDate() + 30);
        sum += date.getDay() + date.getMonth() + date.toISOString().length;
        sum += new Date('2024-03-0' + (1 + (i % 9)) + 'T10:00:00Z').getTime() % 7;
    }
    return sum;
}
