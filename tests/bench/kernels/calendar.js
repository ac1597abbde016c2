// n: 4000
function key(date) {
    return date.getUTCFullYear() + '-' + String(date.getUTCMonth() + 1).padStart(2, '0') + '-' + String(date.getUTCDate()).padStart(2, '0');
}
function addWorkdays(date, days) {
    const result = new Date(date.getTime());
    while (days > 0) {
        result.setUTCDate(result.getUTCDate() + 1);
        const day = result.getUTCDay();
        if (day !== 0 && day !== 6) days--;
    }
    return result;
}
function main(n) {
    const months = {};
    let overdue = 0;
    const today = Date.UTC(2024, 5, 15);
    for (let i = 0; i < n; i++) {
        const issued = new Date(Date.UTC(2024, i % 12, 1 + (i % 28)));
        const due = addWorkdays(issued, i % 10);
        if (due < today) overdue += Math.floor((today - due) / 86400000);
        const month = key(due).slice(0, 7);
        months[month] = (months[month] || 0) + 1;
    }
    return [overdue, JSON.stringify(months), new Date('2024-02-30T00:00:00Z').getTime() > 0];
}
