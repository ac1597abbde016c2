// A slash in a character class is an ordinary character.
function main() {
    return [
        /[/]/.test('/'), '2024/01/02'.split(/[/.-]/), /[^/]+/.exec('a/b')[0], /^[\w/]+$/.test('a/b'), 'a/b'.replace(/[^\w/]/g, '_'),
        /[A-Za-z0-9+/]+={0,2}/.exec('ab+/12==')[0], /^https?:[/][/]([^/?#]+)/.exec('https://a.example/x?y')[1],
        new RegExp('[/]').test('/'), new RegExp('[/]', 'iu').source, /a\/b/.test('a/b'), new RegExp('a/b').source, new RegExp('[\\\\/]').test('\\'),
        /[\\/]/.exec('x\\')[0], /[/\]]/.exec('x]')[0], 'a/b\\c'.split(/[/\\]/), /\[/.source, /[[/]/.exec('/')[0],
    ];
}
