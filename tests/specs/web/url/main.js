function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
const PARTS = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
function main() {
    const url = new URL('HTTPS://user:p%20w@Example.com:8443/a/../b c?x=1&y=a+b#part');
    const parts = PARTS.map(part => url[part]);
    url.protocol = 'http'; url.host = 'other.example:80'; url.pathname = '/new path'; url.hash = ''; url.username = ''; url.password = '';
    url.port = 'no port';
    const changed = url.href;
    url.searchParams.append('z', 'é&');
    url.searchParams.delete('x');
    const queried = url.href;
    url.search = '?q=1';
    const params = [...url.searchParams];
    url.searchParams.delete('q');
    return {
        parts, changed, queried, params, empty: url.href, same: url.searchParams === url.searchParams,
        relative: new URL('../c?d', 'https://a.example/x/y/z').href, text: `${new URL('https://a.example')}`, json: JSON.stringify({ url }),
        idn: new URL('https://пример.example/путь').href, ip: new URL('http://0x7f.1/').hostname,
        canParse: [URL.canParse('https://a.example'), URL.canParse('nonsense'), URL.canParse('x', 'https://a.example')],
        parsed: [URL.parse('nonsense'), URL.parse('/x', 'https://a.example').href],
        kind: [url instanceof URL, Object.prototype.toString.call(url)],
        refused: [() => new URL('nonsense'), () => new URL('/x', 'nonsense'), () => new URL(), () => { url.href = 'nonsense'; }, () => URL('https://a.example'), () => URL.prototype.toString.call({})].map(attempt),
    };
}
