function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { date } = utils.format;
    const at = '2024-03-05T14:07:09Z';
    const styles = ['short', 'medium', 'long', 'full', 'time', 'datetime', undefined, 'MMMM YYYY', 'ddd D MMM, h:mm a'];
    return {
        styles: ['en', 'ru', 'uz'].map(locale => styles.map(style => date(at, style, { locale, zone: 'UTC' }))),
        tenant: [date(at, 'datetime'), date(new Date(0), 'long'), date(0, 'time', { locale: 'en' })],
        dates: [
            utils.date.format(at, 'D MMMM', { locale: 'ru' }), utils.date.format(at, 'D MMMM'), utils.date.format(at, 'HH:mm', { zone: 'America/New_York', locale: 'uz' }),
            utils.date.parse('5 марта 2024', 'D MMMM YYYY', { locale: 'ru', zone: 'UTC' }), utils.date.parse('5-mart, 2024', 'D-MMMM, YYYY', { locale: 'uz', zone: 'UTC' }),
        ],
        refused: [
            () => date('yesterday'), () => date(), () => date(NaN), () => date(at, 5), () => date(at, 'long', { locale: 'tlh' }), () => date(at, 'long', { zone: 'Mars' }), () => date(at, 'long', { timeZone: 'UTC' }),
            () => utils.date.parse('5 March 2024', 'D MMMM YYYY', { locale: 'ru' }), () => utils.date.format(at, 'D', { locale: 'tlh' }),
        ].map(attempt),
    };
}
