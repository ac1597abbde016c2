function attempt(work) {
    try {
        return work();
    } catch (error) {
        return `${error.name}: ${error.message}`;
    }
}
function main() {
    const d = utils.date;
    const at = new Date(Date.UTC(2024, 2, 5, 20, 7, 9, 45));
    return {
        now: [d.now() instanceof Date, Math.abs(d.now() - Date.now()) < 5000],
        formats: ['MMM DD', 'YYYY-MM-DD HH:mm', 'dddd D MMMM YY, h:mm:ss A', '[Day] ddd M/D H:m:s.SSS a Z ZZ'].map((f) => d.format(at, f)),
        kinds: [d.format(at.toISOString()), d.format(at.getTime(), 'HH'), d.format('2024-03-05', 'MMM DD HH')],
        zone: d.format(at, 'YYYY-MM-DD HH:mm Z', 'America/New_York'),
        parsed: [d.parse('05.03.2024 10:30', 'DD.MM.YYYY HH:mm'), d.parse('2024-03-05'), d.parse('Mar 5, 2024 1:02 pm +02:00', 'MMM D, YYYY h:mm a Z')],
        added: [d.addDays('2024-02-28', 2), d.addDays(at, -30), d.addDays(0, 1)],
        local: [at.getHours(), at.getDate(), new Date(2024, 0, 1).toISOString(), at.getTimezoneOffset()],
        errors: [attempt(() => d.format('soon', 'YYYY')), attempt(() => d.format(new Date(NaN))), attempt(() => d.format({}, 'YYYY')),
            attempt(() => d.parse('5', 'YYYY')), attempt(() => d.addDays(at)), attempt(() => d.format(at, 'YYYY', 'Mars/Base')), attempt(() => d.addDays(at, 1e8))],
    };
}
