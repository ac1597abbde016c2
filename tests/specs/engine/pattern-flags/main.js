// The effect of `u`, `v` and `i` on a pattern, in the linear matcher and in the other one.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const make = (source, flags) => attempt(() => new RegExp(source, flags).flags);
function main() {
    return [
        '\u{1F600}a\u{1F600}'.split(/(?:)/v), '\u{1F600}a'.split(/x*?/v), 'a\u{1F600}b'.replace(/(?:)/gv, '-'), 'a\u{1F600}b'.replace(/(?:)/gu, '-'), 'a\u{1F600}b'.replace(/(?:)/g, '-').length,
        [...'\u{1F600}a'.matchAll(/(?:)/gv)].map(match => match.index), '\u{1F600}a'.match(/(?:)/gv).length,
        ['[\\u{1F600}-\\u{1F64F}]', '[\\u{61}-z]', '\\u{2}', '\\u{110000}', '\\1', '\\01', '\\-', '\\a', '(?=a)*', '{', ']', '\\p{L', '\\k<n>', '[\\d-x]'].map(source => [make(source, ''), make(source, 'u'), make(source, 'v')]),
        ['u'.repeat(2), 'a', '}', '\u{1F600}'].map(text => [/^\u{2}$/.test(text), /^[\u{1F600}]$/.test(text), /^[\u{1F600}]$/u.test(text), /^(?<=^)[\u{61}]$/u.test(text)]),
        ['\u017F', '\u212A', 's', 'S', 'k', 'K', '\u00b5', '\u03bc', '\u039c', '\u0131', 'i', 'I', '\u0130', '\u00df', '\u1e9e', '\u01c5', '\u01c4', '\u01c6', '\u03c3', '\u03c2'].map(text => [/^[\w-]$/i, /^(?<=^)[\w-]$/i, /^(?<=^)\w$/i, /^(?<=^)\W$/i, /^(?<=^)[^\w]$/i, /^(?<=^)[\w-]$/iu, /^(?<=^)[a-z]$/i, /^(?<=^)[A-Z]$/iu, /^(?<=^)[\u03bc\u01c5\u03c3\u00df]$/i, /^(?<=^)[\u03bc\u01c5\u03c3\u00df]$/iu, /^(?<=^)[^\u03bc\u01c5\u03c3]$/i, /^(?<=^)s$/i, /^(?<=^)[\p{L}--[a-k]]$/iv, /^(?<=^)[\w&&[K-T]]$/iv].map(pattern => +pattern.test(text)).join('')),
        ['\\b+', '\\B{2}', '(?<=a\\b+)', '^*', '$?', '(?<=a)+', '(?=a)+', '(\\b)+'].map(source => [make(source, ''), make(source, 'u')]), /(?<=^)(s)\1/i.test('s\u017F'), /(?<=^)(s)\1/iu.test('s\u017F'),
    ];
}
