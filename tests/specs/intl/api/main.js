// The objects of `Intl`, without the texts that they format, as in Node.js. The language and the zone are the tenant's.
const attempt = (work) => { try { return work(); } catch (error) { return error.name; } };
const AT = new Date(Date.UTC(2024, 4, 6, 9, 5, 7));

function main() {
    const { NumberFormat, DateTimeFormat, PluralRules, RelativeTimeFormat, ListFormat, Collator, Segmenter, Locale } = Intl;
    const money = new NumberFormat('en-US', { style: 'currency', currency: 'USD' });
    class Rounded extends NumberFormat { constructor() { super('en', { maximumFractionDigits: 0 }); } }
    return {
        parts: {
            money: money.formatToParts(-1234.5), ru: new NumberFormat('ru-RU', { style: 'percent', minimumFractionDigits: 1 }).formatToParts(12.345), unit: new NumberFormat('en', { style: 'unit', unit: 'kilogram' }).formatToParts(5), compact: new NumberFormat('de', { notation: 'compact', compactDisplay: 'long' }).formatToParts(1.5e6),
            date: new DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).formatToParts(AT), time: new DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).formatToParts(AT),
            list: new ListFormat('en', { type: 'disjunction' }).formatToParts(['A', 'B', 'C']), relative: [new RelativeTimeFormat('en').formatToParts(-1234, 'days'), new RelativeTimeFormat('en', { numeric: 'auto' }).formatToParts(-1, 'day')], odd: [new NumberFormat('en').formatToParts(NaN), new NumberFormat('en').formatToParts(-Infinity)],
        },
        resolved: [
            new NumberFormat('en-US').resolvedOptions(), money.resolvedOptions(), new NumberFormat('ru', { maximumSignificantDigits: 3, notation: 'compact', signDisplay: 'exceptZero' }).resolvedOptions(),
            new DateTimeFormat('en-US', { timeZone: 'asia/tashkent' }).resolvedOptions(), new DateTimeFormat('ru', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).resolvedOptions(), new DateTimeFormat('en-GB', { weekday: 'long', hour: 'numeric', timeZone: 'UTC' }).resolvedOptions(), new DateTimeFormat('en-US', { year: '2-digit', month: 'short', day: '2-digit', timeZone: 'America/New_York' }).resolvedOptions(),
            new PluralRules('ru').resolvedOptions(), new RelativeTimeFormat('uz', { numeric: 'auto' }).resolvedOptions(), new ListFormat('en', { style: 'short' }).resolvedOptions(), new Collator('sv', { numeric: true, sensitivity: 'base' }).resolvedOptions(), new Segmenter('en', { granularity: 'word' }).resolvedOptions(),
        ],
        languages: [
            Intl.getCanonicalLocales(['EN-us', 'uz-cyrl-uz', 'en-US']), NumberFormat.supportedLocalesOf(['ru', 'tlh', 'en-GB', 'uz-Cyrl']), new NumberFormat('tlh').resolvedOptions().locale, new NumberFormat(['tlh', 'de-AT']).resolvedOptions().locale, new NumberFormat('ar-EG').format(1234.5), new NumberFormat('ar-EG-u-nu-latn').format(1234.5), new NumberFormat('en', { numberingSystem: 'arab' }).format(12),
            new Locale('uz-Cyrl-UZ').script, new Locale('en', { region: 'GB', hourCycle: 'h12' }).toString(), new Locale('ru').maximize().toString(), new Locale('en-Latn-US').minimize().baseName, `${new Locale('de-u-kn-true').numeric} ${new Locale('de').numeric}`, new NumberFormat(new Locale('de')).format(1.5), new NumberFormat('en-XX').format(1.5),
        ],
        usual: [new NumberFormat().resolvedOptions().locale, new DateTimeFormat().resolvedOptions().timeZone, new DateTimeFormat().format(AT), (1234.5).toLocaleString(), AT.toLocaleString(), AT.toLocaleDateString(), AT.toLocaleTimeString(), new RelativeTimeFormat().format(-2, 'day'), ['ё', 'ж', 'е', 'я'].sort((a, b) => a.localeCompare(b)).join('')],
        bound: [[1, 2].map(money.format), money.format === money.format, ['b', 'a'].sort(new Collator('en').compare), [AT].map(new DateTimeFormat('en', { timeZone: 'UTC' }).format), NumberFormat('en').format(1), Collator() instanceof Collator, DateTimeFormat('en', { timeZone: 'UTC' }).format(0)],
        classes: [Object.prototype.toString.call(money), Object.prototype.toString.call(Intl), new Rounded().format(2.7), new Rounded() instanceof NumberFormat, NumberFormat.name, NumberFormat.length, NumberFormat.prototype.formatToParts.length, typeof Object.getOwnPropertyDescriptor(NumberFormat.prototype, 'format').get],
        plural: [new PluralRules('ru').selectRange(1, 3), new PluralRules('en', { type: 'ordinal' }).select(22), new PluralRules('en', { minimumFractionDigits: 1 }).select(1), new PluralRules('en').select('1')],
        values: [new NumberFormat('en').format('1234.50'), new NumberFormat('en').format('0x10'), new NumberFormat('en').format(''), new NumberFormat('en').format(null), new NumberFormat('en').format(), new NumberFormat('en').format({ valueOf: () => 5n }), new NumberFormat('en').format('ten'), new Date(NaN).toLocaleString('en')],
        pieces: [
            [...new Segmenter('ru', { granularity: 'word' }).segment('Привет, мир! 2 + 2')].filter((piece) => piece.isWordLike).map((piece) => piece.segment), [...new Segmenter('en').segment('e\u0301👨‍👩‍👧a')].map((piece) => piece.index), [...new Segmenter('en', { granularity: 'sentence' }).segment('One. Two? Three!')].map((piece) => piece.segment),
            new Segmenter('en', { granularity: 'word' }).segment('ab cd').containing(3), typeof new Segmenter('en').segment('ab').containing(5),
        ],
        cases: ['I'.toLocaleLowerCase('tr'), 'i'.toLocaleUpperCase(['az', 'en']), 'I'.toLocaleLowerCase('en'), 'ΑΣ'.toLocaleLowerCase('el'), 'ß'.toLocaleUpperCase(), 'i\ud800'.toLocaleUpperCase('tr').length],
        refused: [
            () => new NumberFormat('en', { style: 'money' }), () => new NumberFormat('en', { style: 'currency' }), () => new NumberFormat('en', { style: 'currency', currency: 'dollars' }), () => new NumberFormat('en', { style: 'unit' }), () => new NumberFormat('en', { style: 'unit', unit: 'parsec' }), () => new NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 2 }), () => new NumberFormat('en', { maximumFractionDigits: 101 }),
            () => new NumberFormat('en', { roundingIncrement: 3 }), () => new NumberFormat('en_US'), () => new NumberFormat('i'), () => new NumberFormat(null), () => new NumberFormat([5]), () => new NumberFormat('en').format(Symbol('s')), () => new DateTimeFormat('en', { timeZone: 'Mars' }), () => new DateTimeFormat('en', { timeZone: '+25:00' }), () => new DateTimeFormat('en', { dateStyle: 'short', year: 'numeric' }),
            () => new DateTimeFormat('en').format(NaN), () => AT.toLocaleDateString('en', { timeStyle: 'short' }), () => AT.toLocaleTimeString('en', { dateStyle: 'short' }), () => new DateTimeFormat('en', { month: 'tiny' }), () => PluralRules('en'), () => new RelativeTimeFormat('en').format(1, 'fortnight'), () => new RelativeTimeFormat('en').format(Infinity, 'day'), () => new ListFormat('en').format([1]), () => new ListFormat('en', 'long'),
            () => NumberFormat.prototype.resolvedOptions.call({}), () => money.format.call(undefined, 1), () => Number.prototype.toLocaleString.call('1'), () => Date.prototype.toLocaleDateString.call({}), () => BigInt.prototype.toLocaleString.call(1), () => 'a'.localeCompare('b', 'x'), () => new Locale(), () => new PluralRules('en').selectRange(NaN, 1), () => Intl.supportedValuesOf('planets'), () => new Collator('en', { sensitivity: 'none' }), () => (5).toLocaleString(5),
        ].map(attempt),
    };
}
