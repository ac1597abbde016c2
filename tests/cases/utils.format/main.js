// The same on every machine.
async function main() {
    const date = new Date('2024-03-05T14:07:00+05:00');
    return ['en', 'ru', 'uz'].map((locale) => [
        utils.format.number('1234567.5', { locale }),
        utils.format.money('1234.50', 'UZS', { locale }),
        utils.format.date(date, 'full', { locale, zone: 'Asia/Tashkent' }),
        utils.format.relative('2024-03-08T14:07:00+05:00', { locale, now: date }),
    ]);
}
