// The size of a pattern is limited, however it is made.
function main() {
    const words = count => Array.from({ length: count }, (_, i) => 'w' + i).join('|');
    const refused = make => {
        try {
            return make().source.length;
        } catch (error) {
            return error.name + ': ' + error.message;
        }
    };
    return [
        new RegExp(`^(?:${words(1000)})$`).test('w999'),
        refused(() => new RegExp(words(60000))),
        refused(() => new RegExp('x'.repeat(65536))),
        refused(() => new RegExp('x'.repeat(65537), 'u')),
        refused(() => { const re = /a/; return re.compile('x'.repeat(70000)); }),
        // A few letters that expand to thousands of characters.
        refused(() => new RegExp('\\p{RGI_Emoji}'.repeat(10), 'v')),
        refused(() => new RegExp('\\p{RGI_Emoji}'.repeat(4600), 'v')),
        refused(() => new RegExp('[\\p{RGI_Emoji}&&\\p{Emoji}]'.repeat(2000), 'v')),
        refused(() => new RegExp('\\P{L}'.repeat(50), 'iu')),
        refused(() => new RegExp('\\P{L}'.repeat(10000), 'iu')),
    ];
}
