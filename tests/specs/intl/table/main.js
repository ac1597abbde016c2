// The output of each language, by call. Where the data is newer than that of Node.js or lacks a form, differences.json says why.
const LANGUAGES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-IN', 'sv-SE', 'de-DE', 'fr-FR', 'ru-RU', 'uz-UZ', 'uz-Cyrl-UZ', 'kk-KZ', 'tr-TR'];
const AT = new Date(Date.UTC(2024, 4, 6, 9, 5, 7, 89));
const LATE = new Date(Date.UTC(2024, 11, 25, 21, 45, 0));

const NUMBERS = [
    [1234567.891], [-1234.5], [0.000001234], [12345678901234567890n], [1e21], [-0], [NaN], [-Infinity], ['1234567890123456789.123456789', { maximumFractionDigits: 9 }],
    [1234.5, { minimumFractionDigits: 2 }], [1234.5678, { maximumFractionDigits: 1 }], [1234.5678, { maximumFractionDigits: 0 }], [1234.5, { useGrouping: false }], [1234, { useGrouping: 'min2' }], [7, { minimumIntegerDigits: 3 }],
    [123456, { maximumSignificantDigits: 3 }], [0.000123456, { maximumSignificantDigits: 3 }], [1.5, { minimumSignificantDigits: 4 }], [1.005, { maximumFractionDigits: 2 }], [2.5, { maximumFractionDigits: 0 }],
    [2.5, { maximumFractionDigits: 0, roundingMode: 'halfEven' }], [-2.55, { maximumFractionDigits: 1, roundingMode: 'floor' }], [1.03, { maximumFractionDigits: 2, minimumFractionDigits: 2, roundingIncrement: 5 }], [5, { minimumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' }],
    [1234.5, { signDisplay: 'always' }], [0, { signDisplay: 'exceptZero' }], [-0.001, { signDisplay: 'negative', maximumFractionDigits: 0 }], [-5, { signDisplay: 'never' }],
    [0.256, { style: 'percent' }], [0.2567, { style: 'percent', maximumFractionDigits: 1 }], [-1.5, { style: 'percent' }], [0.1, { style: 'percent', signDisplay: 'always' }],
    ...['USD', 'EUR', 'RUB', 'UZS', 'KZT', 'TRY', 'GBP', 'JPY', 'KWD', 'CHF'].map((currency) => [1234.5, { style: 'currency', currency }]),
    [-1234.5, { style: 'currency', currency: 'USD' }], [-1234.5, { style: 'currency', currency: 'UZS' }], [-1234.5, { style: 'currency', currency: 'USD', currencySign: 'accounting' }], [1234.5, { style: 'currency', currency: 'EUR', signDisplay: 'always' }],
    [1234.5, { style: 'currency', currency: 'USD', currencyDisplay: 'code' }], [1234.5, { style: 'currency', currency: 'USD', currencyDisplay: 'name' }], [1, { style: 'currency', currency: 'RUB', currencyDisplay: 'name' }], [2, { style: 'currency', currency: 'UZS', currencyDisplay: 'name', maximumFractionDigits: 0 }],
    [1234.5, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' }], [1234.5, { style: 'currency', currency: 'UZS', maximumFractionDigits: 0 }], [1234.5, { style: 'currency', currency: 'XYZ' }], [1234567, { style: 'currency', currency: 'EUR', notation: 'compact' }],
    ...[999, 1234, 12345, 999999, 1234567, 1234567890].map((number) => [number, { notation: 'compact' }]), [-1234567, { notation: 'compact', compactDisplay: 'long' }], [1500, { notation: 'compact', compactDisplay: 'long', maximumFractionDigits: 2 }], [0.0123, { notation: 'compact' }],
    [123456, { notation: 'scientific' }], [123456, { notation: 'engineering' }], [0.00012, { notation: 'scientific' }],
    ...['kilogram', 'gram', 'liter', 'meter', 'kilometer', 'hour', 'day', 'hectare'].map((unit) => [5.5, { style: 'unit', unit }]), [1, { style: 'unit', unit: 'kilogram', unitDisplay: 'long' }], [22, { style: 'unit', unit: 'day', unitDisplay: 'long' }], [3, { style: 'unit', unit: 'meter', unitDisplay: 'narrow' }],
];

const DATES = [
    ['toLocaleString', {}], ['toLocaleDateString', {}], ['toLocaleTimeString', {}], ['toLocaleString', { timeZone: 'Asia/Tashkent' }], ['toLocaleString', { timeZone: 'America/New_York', timeZoneName: 'short' }], ['toLocaleTimeString', { timeZone: 'Europe/Berlin', timeZoneName: 'long' }],
    ...['short', 'medium', 'long', 'full'].map((dateStyle) => ['toLocaleString', { dateStyle }]), ...['short', 'medium', 'long'].map((timeStyle) => ['toLocaleString', { timeStyle }]),
    ['toLocaleString', { dateStyle: 'short', timeStyle: 'short' }], ['toLocaleString', { dateStyle: 'medium', timeStyle: 'short' }], ['toLocaleString', { dateStyle: 'long', timeStyle: 'short' }], ['toLocaleString', { dateStyle: 'full', timeStyle: 'medium' }],
    ...[
        { year: 'numeric', month: '2-digit', day: '2-digit' }, { year: '2-digit', month: '2-digit', day: '2-digit' }, { year: 'numeric', month: 'short', day: 'numeric' }, { year: 'numeric', month: 'short', day: '2-digit' }, { year: 'numeric', month: 'long', day: 'numeric' }, { year: 'numeric', month: 'long', day: '2-digit' },
        { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' }, { weekday: 'short', day: 'numeric', month: 'short' }, { weekday: 'long', day: 'numeric', month: 'long' }, { weekday: 'short', month: 'numeric', day: 'numeric' },
        { month: 'long', day: 'numeric' }, { month: 'short', day: 'numeric' }, { month: '2-digit', day: '2-digit' }, { month: 'numeric', day: 'numeric' }, { year: 'numeric', month: 'long' }, { year: 'numeric', month: 'short' }, { year: 'numeric', month: '2-digit' }, { year: 'numeric', month: 'numeric' },
        { weekday: 'long' }, { weekday: 'short' }, { weekday: 'narrow' }, { month: 'long' }, { month: 'short' }, { month: 'narrow' }, { month: 'numeric' }, { year: 'numeric' }, { year: '2-digit' }, { day: 'numeric' }, { day: '2-digit' },
        { hour: 'numeric' }, { hour: '2-digit' }, { minute: 'numeric' }, { second: 'numeric' }, { hour: '2-digit', minute: '2-digit' }, { hour: 'numeric', minute: '2-digit' }, { hour: 'numeric', minute: '2-digit', hour12: true }, { hour: 'numeric', minute: '2-digit', hour12: false }, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
        { hour: '2-digit', minute: '2-digit', second: '2-digit' }, { minute: '2-digit', second: '2-digit' }, { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 },
        { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }, { year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: 'numeric' }, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }, { weekday: 'short', hour: 'numeric', minute: '2-digit' },
        { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hour12: false }, { year: 'numeric', month: 'long', day: 'numeric', era: 'short' },
    ].map((options) => ['toLocaleString', options]),
];

const RELATIVE = [[-1, 'day'], [0, 'day'], [1, 'day'], [3, 'days'], [-5, 'minutes'], [1, 'week'], [-2, 'months'], [1, 'quarter'], [-1, 'year'], [21, 'years'], [0, 'second'], [-1234.5, 'hour']];
const LISTS = [[], ['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D']];

const said = (work) => { try { return work(); } catch (error) { return `${error.name}: ${error.message}`; } };
const shown = (value) => typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : typeof value === 'string' ? `'${value}'` : String(value);
const call = (...args) => args.map((arg) => typeof arg === 'string' ? arg : JSON.stringify(arg)).join(' ');

function main() {
    const written = {};
    for (const language of LANGUAGES) {
        const table = written[language] = {};
        const tell = (name, work) => { table[name] = said(work); };
        for (const [value, options] of NUMBERS) {
            tell(call(shown(value), options ?? {}), () => new Intl.NumberFormat(language, options).format(value));
        }
        for (const [method, options] of DATES) {
            tell(call(method, options), () => AT[method](language, { timeZone: 'UTC', ...options }));
        }
        for (const options of [{ dateStyle: 'short', timeStyle: 'short' }, { hour: 'numeric' }, { hour: 'numeric', minute: '2-digit', hour12: true }]) {
            tell(call('late', options), () => LATE.toLocaleString(language, { timeZone: 'UTC', ...options }));
        }
        for (const style of ['long', 'short', 'narrow']) {
            for (const numeric of ['always', 'auto']) {
                const format = new Intl.RelativeTimeFormat(language, { style, numeric });
                tell(call('relative', { style, numeric }), () => RELATIVE.map(([count, unit]) => format.format(count, unit)).join(' | '));
            }
            for (const type of ['conjunction', 'disjunction', 'unit']) {
                const format = new Intl.ListFormat(language, { style, type });
                tell(call('list', { style, type }), () => LISTS.map((list) => format.format(list)).join(' | '));
            }
        }
        for (const type of ['cardinal', 'ordinal']) {
            const rules = new Intl.PluralRules(language, { type });
            tell(`plural ${type}`, () => [0, 1, 2, 3, 5, 11, 12, 21, 22, 100, 101, 1.5, 1000000].map((number) => rules.select(number)).join(' '));
        }
        const words = ['zebra', 'Äpfel', 'apfel', 'Zebra', 'öl', 'ol', 'Яблоко', 'яблоко', 'ёлка', 'елка', 'жук', "o'rik", 'oʻrik', 'olma', 'item 10', 'item 9', 'ı', 'i', 'I', 'İ', 'ç', 'c', 'ш', 'ҳ', 'х'];
        tell('sort', () => [...words].sort(new Intl.Collator(language).compare).join(' '));
        tell('sort numeric', () => [...words].sort(new Intl.Collator(language, { numeric: true, sensitivity: 'base' }).compare).join(' '));
        tell('compare', () => ['base', 'accent', 'case', 'variant'].map((sensitivity) => [['a', 'á'], ['a', 'A'], ['a', 'b'], ['е', 'ё']].map(([left, right]) => left.localeCompare(right, language, { sensitivity })).join()).join(' '));
        tell('case', () => ['istanbul IĞDIR', 'ЎЗБЕК ёж', 'straße'].map((word) => `${word.toLocaleUpperCase(language)} ${word.toLocaleLowerCase(language)}`).join(' '));
    }
    return written;
}
