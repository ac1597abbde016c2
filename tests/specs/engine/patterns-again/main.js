// A literal in a function makes a new object each time, however its pattern is cached.
function literal() { return /a(b)?/g; }
function other() { return /a(b)?/gi; }
function main() {
    const made = [];
    for (let i = 0; i < 100; i++) made.push(literal());
    made[0].lastIndex = 2;
    made[1].note = 'mine';
    const first = made[0].exec('ab ab'), second = made[1].exec('ab ab');
    const changed = literal();
    changed.compile('x', 'y');
    const many = [];
    for (let i = 0; i < 100; i++) many.push(new RegExp('k' + i % 40).test('k' + i % 40 + '!'));
    const failing = [];
    for (let i = 0; i < 3; i++) {
        try { new RegExp('(' ); } catch (error) { failing.push(error.name); }
        try { new RegExp('a', 'gg'); } catch (error) { failing.push(error.name); }
    }
    return [
        made[0] === made[1], first.index, second.index, made[2].lastIndex, made[2].note, literal().flags, other().flags,
        'AB'.replace(other(), 'x'), 'AB'.replace(literal(), 'x'), [changed.source, changed.flags, literal().source],
        many.every(Boolean), failing, new RegExp('.', 'u').test('😀') && '😀'.replace(/./u, ''), '😀'.replace(/./, '').length,
        [...'a1b2'.matchAll(/\d/g)].map(found => found[0]), literal() instanceof RegExp, RegExp('a(b)?', 'g').test('cab'),
    ];
}
