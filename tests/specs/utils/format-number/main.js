function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { number, money } = utils.format;
    const all = work => ['en', 'ru', 'uz'].map(work);
    return {
        number: all(locale => number(1234567.8915, { locale })), small: [number(0), number(-0.0001), number(1e21), number(1e-7), number(5), number(1234)],
        decimals: [number(2.5, { decimals: 0 }), number(1.005, { decimals: 2 }), number(7, { minDecimals: 2 }), number(7.12345, { maxDecimals: 4 })],
        digits: [number('12345678901234567890.12345678901234567890'), number(12345678901234567890n), number('-0.10'), money('99999999999999999999.99', 'USD')],
        percent: all(locale => number(0.256, { percent: true, decimals: 1, locale })), plain: number(1234567, { grouping: false }), odd: [number(NaN), number(-Infinity)],
        money: all(locale => ['USD', 'EUR', 'RUB', 'UZS', 'JPY', 'KWD'].map(code => money(-1234.5, code, { locale }))), lower: money(1, 'usd'), more: money('0.1234', 'USD', { decimals: 4 }),
        tags: [number(1.5, { locale: 'ru-RU' }), number(1.5, { locale: 'uz-Latn-UZ' }), number(1.5, { locale: 'EN_us' })],
        refused: [
            () => number(), () => number('12,5'), () => number({}), () => number(true), () => number(1, { locale: 'tlh' }), () => number(1, { locale: 'uz-Cyrl' }), () => number(1, { decimals: 1.5 }),
            () => number(1, { digits: 2 }), () => money(1), () => money(1, 'dollars'), () => money(NaN, 'USD'), () => money('free', 'USD'),
        ].map(attempt),
    };
}
