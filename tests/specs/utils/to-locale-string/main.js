const attempt = (work) => { try { return work(); } catch (error) { return error.name; } };
function main() {
    const at = new Date(Date.UTC(2024, 2, 5, 14, 7, 9));
    const numbers = [[1234567.8915], [0.256, { style: 'percent' }], [0.2567, { style: 'percent', maximumFractionDigits: 1 }], [1234.5, { style: 'currency', currency: 'UZS' }], [-5, { style: 'currency', currency: 'USD' }],
        [1234.5, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 }], [5, { minimumFractionDigits: 2 }], [1234567.891, { maximumFractionDigits: 1, useGrouping: false }], [12345678901234567890n], [NaN], [-Infinity], [0.1 + 0.2], [1e21]];
    const zone = { timeZone: 'UTC' };
    const dates = [
        (l) => at.toLocaleDateString(l, zone), (l) => at.toLocaleTimeString(l, zone), (l) => at.toLocaleString(l, zone),
        ...[{ dateStyle: 'short' }, { dateStyle: 'medium' }, { dateStyle: 'long' }, { dateStyle: 'full' }, { timeStyle: 'short' }, { timeStyle: 'medium' }, { dateStyle: 'short', timeStyle: 'short' }, { dateStyle: 'medium', timeStyle: 'short' }, { dateStyle: 'long', timeStyle: 'short' }, { dateStyle: 'full', timeStyle: 'medium' },
            { year: 'numeric', month: 'long', day: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric' }, { year: 'numeric', month: '2-digit', day: '2-digit' }, { month: 'long', day: 'numeric' }, { month: 'short', day: 'numeric' },
            { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { weekday: 'long' }, { year: 'numeric' }].map((options) => (l) => at.toLocaleString(l, { ...zone, ...options })),
        (l) => at.toLocaleTimeString(l, { ...zone, hour: '2-digit', minute: '2-digit' }), (l) => at.toLocaleTimeString(l, { ...zone, hour: 'numeric', minute: '2-digit', hour12: true }),
        (l) => at.toLocaleString(l, { timeZone: 'America/New_York' }), (l) => new Date(NaN).toLocaleDateString(l),
    ];
    return {
        numbers: ['en-US', 'ru-RU', 'uz'].map((locale) => numbers.map(([value, options]) => value.toLocaleString(locale, options))),
        dates: ['en-US', 'ru', 'uz-Latn-UZ'].map((locale) => dates.map((work) => work(locale))),
        tenant: [(1234.5).toLocaleString(), at.toLocaleString(), (1234.5).toLocaleString('fr'), (1.5).toLocaleString(['xx', 'en']), [1.5, 2000].toLocaleString()],
        refused: [
            () => (1).toLocaleString('en', { notation: 'compact' }), () => (1).toLocaleString('en', { style: 'currency' }), () => (1).toLocaleString('en', { style: 'unit' }), () => (1).toLocaleString(5), () => (1).toLocaleString('en', { minimumFractionDigits: 3, maximumFractionDigits: 2 }),
            () => at.toLocaleString('en', { dateStyle: 'short', year: 'numeric' }), () => at.toLocaleString('en', { era: 'long' }), () => at.toLocaleString('en', { month: 'long', hour: 'numeric' }), () => at.toLocaleString('en', { timeZone: 'Mars' }),
            () => Number.prototype.toLocaleString.call('1'), () => Date.prototype.toLocaleDateString.call({}), () => BigInt.prototype.toLocaleString.call(1),
        ].map(attempt),
        functions: [Number.prototype.toLocaleString.length, Date.prototype.toLocaleTimeString.name, Object(5).toLocaleString('en')],
    };
}
