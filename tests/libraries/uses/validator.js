// library: validator/validator.min.js
function main() {
    const v = library;
    return {
        emails: ['olim@example.uz', 'no at', 'a@b', '"quoted"@example.com', 'имя@пример.рф'].map(text => v.isEmail(text)),
        urls: ['https://example.com/a?b=c#d', 'http://localhost', 'ftp://x.org', '//x', 'javascript:alert(1)'].map(text => v.isURL(text)),
        cards: [v.isCreditCard('4111 1111 1111 1111'), v.isCreditCard('4111 1111 1111 1112')],
        ids: [v.isUUID('9b2b1e5e-3c1d-4f7a-8d0a-2f6f3c1d4f7a'), v.isIBAN('GB82 WEST 1234 5698 7654 32'), v.isISBN('978-3-16-148410-0')],
        phones: ['+998901234567', '+79161234567', '12'].map(text => v.isMobilePhone(text, ['uz-UZ', 'ru-RU'])),
        dates: [v.isISO8601('2024-02-30', { strict: true }), v.isISO8601('2024-02-29T10:00:00Z', { strict: true }), v.isDate('2024/02/29')],
        clean: [v.escape('<a href="x">'), v.normalizeEmail('Some.One+tag@GMail.com'), v.trim('  x '), v.blacklist('a1b2', '0-9')],
        numbers: [v.isInt('12', { min: 10 }), v.isFloat('1e3'), v.isDecimal('1,5', { locale: 'ru-RU' }), v.isAlpha('Абв', 'ru-RU')],
        addresses: [v.isIP('::1'), v.isIP('256.1.1.1'), v.isFQDN('example.com'), v.isMACAddress('00:1b:44:11:3a:b7')],
        strong: v.isStrongPassword('aB3$efgh'),
    };
}
