function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const headers = new Headers({ 'Content-Type': 'text/plain', Accept: '  a/b ' });
    headers.append('X-One', '1');
    headers.append('x-one', '2');
    headers.append('Set-Cookie', 'a=1, b');
    headers.append('set-cookie', 'c=2');
    headers.set('ACCEPT', 'c/d');
    headers.delete('content-TYPE');
    const seen = [];
    headers.forEach((value, name, all) => seen.push([name, value, all === headers]));
    return {
        seen, pairs: [...headers], keys: [...headers.keys()], values: [...headers.values()],
        got: [headers.get('x-ONE'), headers.get('none'), headers.has('Accept'), headers.has('content-type')],
        cookies: headers.getSetCookie(),
        copy: [...new Headers(headers)].length, list: [...new Headers([['b', '1'], ['a', '2']])], number: [...new Headers({ n: 5 })],
        kind: [headers instanceof Headers, Object.prototype.toString.call(headers)],
        refused: [
            () => headers.set('a b', 'x'), () => headers.append('', 'x'), () => headers.set('x', 'a\nb'), () => headers.set('x', 'Ж'),
            () => headers.get(), () => new Headers('text'), () => new Headers([['one']]), () => Headers(),
        ].map(attempt),
    };
}
