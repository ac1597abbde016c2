// n: 300
function schedule(sum, rate, months) {
    const monthly = rate / 12 / 100;
    const payment = sum * monthly / (1 - Math.pow(1 + monthly, -months));
    const rows = [];
    let rest = sum;
    for (let month = 1; month <= months; month++) {
        const interest = Math.round(rest * monthly * 100) / 100;
        const principal = month === months ? rest : Math.round((payment - interest) * 100) / 100;
        rest = Math.round((rest - principal) * 100) / 100;
        rows.push({ month, interest, principal, rest, payment: (interest + principal).toFixed(2) });
    }
    return rows;
}
function main(n) {
    let interest = 0;
    let text = 0;
    for (let i = 0; i < n; i++) {
        const rows = schedule(1000000 + i * 1000, 22 + (i % 5), 36);
        interest += rows.reduce((all, row) => all + row.interest, 0);
        text += rows.map(row => row.payment).join(' ').length;
    }
    return [interest.toFixed(2), text];
}
