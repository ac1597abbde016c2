// Functions that authors know from the web.
async function main() {
    const url = new URL('/a b?x=1&x=2#end', 'https://example.com:8443');
    url.searchParams.append('y', 'Ж');
    const copy = structuredClone({ date: new Date(0), map: new Map([[1, { deep: true }]]), bytes: new Uint8Array([1, 2]) });
    return [
        url.href,
        [...new URLSearchParams('a=1&b=2&a=3').getAll('a')],
        [...new TextEncoder().encode('Ж')],
        new TextDecoder().decode(new Uint8Array([208, 150])),
        btoa('hello'),
        atob('aGVsbG8='),
        [copy.date.getTime(), copy.map.get(1).deep, copy.bytes.length],
        /^[0-9a-f-]{36}$/.test(crypto.randomUUID()),
        utils.uuid() !== utils.uuid(),
    ];
}
