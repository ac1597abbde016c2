// n: 4000
const RULES = {
    name: value => (typeof value === 'string' && value.trim() ? null : 'name is empty'),
    phone: value => (/^\+998\d{9}$/.test(value) ? null : 'phone is wrong'),
    inn: value => (/^\d{9}$/.test(value) ? null : 'INN has nine digits'),
    mail: value => (/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(value) ? null : 'mail is wrong'),
    amount: value => (Number.isFinite(value) && value >= 0 ? null : 'amount is below zero'),
};
function main(n) {
    const found = {};
    for (let i = 0; i < n; i++) {
        const order = {
            name: i % 9 ? 'Client ' + i : '  ',
            phone: '+99890' + String(1000000 + i).slice(i % 4 ? 0 : 1),
            inn: String(300000000 + i * 7),
            mail: i % 5 ? 'user' + i + '@example.uz' : 'user' + i + '.example.uz',
            amount: i % 6 ? i : -i,
        };
        const errors = [];
        for (const field of Object.keys(RULES)) {
            const error = RULES[field](order[field]);
            if (error) errors.push({ field, error });
        }
        for (const { error } of errors) found[error] = (found[error] || 0) + 1;
    }
    return found;
}
