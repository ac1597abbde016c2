function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { relative } = utils.format;
    const now = '2024-03-05T14:07:09Z';
    const after = (ms) => new Date(Date.parse(now) + ms);
    const units = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5, week: 6048e5, month: 2629746e3, year: 31556952e3 };
    const told = (locale) => Object.entries(units).map(([unit, ms]) =>
        [1, 2, 5, 11, 21, -1, -3, -12, -1234].map((count) => relative(after(count * ms), { now, locale, unit })).join(' | '));
    return {
        en: told('en'), ru: told('ru'), uz: told('uz'),
        suits: [0, 400, 59_000, -60_000, 5e6, 864e5 * 3, -864e5 * 29, 864e5 * 45, -864e5 * 800].map((ms) => relative(after(ms), { now, locale: 'en' })),
        zero: ['en', 'ru', 'uz'].map((locale) => [relative(now, { now, locale }), relative(now, { now, locale, unit: 'day' })]),
        present: [relative(new Date(), { locale: 'ru' }), relative(Date.now() - 864e5 * 3.2)],
        refused: [() => relative(), () => relative('soon'), () => relative(now, { now: 'later' }), () => relative(now, { unit: 'days' }), () => relative(now, { locale: 'tlh' }), () => relative(now, 'ru')].map(attempt),
    };
}
