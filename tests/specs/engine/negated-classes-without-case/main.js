// A character outside of a set is outside of it in every case.
const atoms = ['\\w', '\\W', '\\d', '\\D', '\\s', '\\S', '\\p{Lu}', '\\P{Lu}', '\\p{Ll}', '\\P{Ll}', '\\p{L}', '\\P{L}', '\\p{ASCII}', 'k', 'K', '\\u212a', 's', '\\u017f', '_', 'a-z', '\\p{Script=Greek}', '\\P{Script=Greek}'];
const of_v = ['[^\\W]', '[^\\P{Lu}]', '[^\\p{Lu}]', '[^k]', '[\\W]', '[^[^\\w]]', '\\w--[s]', '\\W&&\\D', '\\p{L}--\\p{Lu}', '\\p{L}&&\\P{Lu}', '[^\\P{Lu}]--[a-c]'];
const texts = ['k', 'K', '\u212a', 's', 'S', '\u017f', 'a', 'A', 'z', '_', '-', ' ', '5', '\u00df', '\u1e9e', '\u0131', '\u0130', 'i', 'I', '\u03c3', '\u03c2', '\u03a3', '\u01c5', '\u01c4', '\u01c6', '\u{10400}', '\u{10428}', '\u4e00', '!', '\n'];
function matched(pattern, flags) {
    try {
        const re = new RegExp(pattern, flags);
        return texts.map(text => Number(re.test(text))).join('');
    } catch (error) {
        return error.name;
    }
}
function main() {
    const found = [];
    for (const atom of atoms) {
        for (const flags of ['i', 'u', 'iu', 'iv']) {
            if (flags === 'i' && /p\{/i.test(atom)) continue;
            found.push(`${atom} ${flags} ${matched('^[' + atom + ']$', flags)} ${matched('^[^' + atom + ']$', flags)} ${matched('^[' + atom + '_]$', flags)} ${atom.startsWith('\\') ? matched('^' + atom + '$', flags) : ''}`);
        }
    }
    for (const atom of of_v) for (const flags of ['v', 'iv']) found.push(`${atom} ${flags} ${matched('^[' + atom + ']$', flags)} ${matched('^[^' + atom + ']$', flags)}`);
    return ['task desk'.replace(/[\W_]+/giu, '-'), /[\W]/iu.test('s'), /[^\W]/iu.test('K'), /\P{Lu}/iv.test('a'), /[^\P{Lu}]/iv.test('a'), 'Ski-Kurs & Co'.split(/[^\w]+/iu), found];
}
