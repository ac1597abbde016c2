// In the tenant's time zone by default.
async function main() {
    const date = utils.date.parse('2024-05-31 22:00', 'YYYY-MM-DD HH:mm', 'Asia/Tashkent');
    return [
        date,
        utils.date.format(date, 'MMM DD'),
        utils.date.format(date, 'dddd [at] h:mm A', 'America/New_York'),
        utils.date.addDays(date, 30),
        utils.date.now() instanceof Date,
    ];
}
