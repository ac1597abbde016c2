// n: 20000
// only here
function main(n) {
    let length = 0;
    for (let i = 0; i < n; i++) {
        length += utils.format.money(i * 1.01, 'UZS', { locale: 'ru' }).length + utils.format.date(i * 1e8, 'long', { locale: 'uz' }).length;
    }
    return length;
}
