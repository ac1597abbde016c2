// n: 20000
function main(n) {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    let found = 0;
    for (let i = 0; i < n; i++) {
        if (days.includes(days[i % 7])) found += days.indexOf(days[i % 5]);
        if (days.find(day => day === 'sun') !== undefined) found++;
    }
    return found;
}
