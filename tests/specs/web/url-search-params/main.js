function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const params = new URLSearchParams('?b=2&a=1&b=3&empty&plus=a+b%20c');
    const seen = [];
    params.forEach((value, name, all) => seen.push(`${name}=${value}${all === params ? '' : '!'}`));
    const kinds = [
        new URLSearchParams({ a: 1, b: 'x y' }), new URLSearchParams([['a', 1], ['a', 2]]), new URLSearchParams(new Map([['k', 'v']])),
        new URLSearchParams(params), new URLSearchParams(), new URLSearchParams(null),
    ].map(String);
    params.set('b', 'new');
    params.append('ж', '&=');
    params.sort();
    return {
        seen, kinds, text: params.toString(), get: [params.get('b'), params.get('none'), params.get('empty')], all: new URLSearchParams('a=1&a=2').getAll('a'),
        has: [params.has('a'), params.has('a', '2'), params.has('none')], size: params.size,
        keys: [...params.keys()], values: [...params.values()], entries: [...params.entries()].length, iterated: [...params].length,
        object: Object.fromEntries(new URLSearchParams('x=1&y=2')),
        refused: [() => new URLSearchParams([['a']]), () => new URLSearchParams([1]), () => params.append('a'), () => params.get(), () => params.forEach(1), () => URLSearchParams.prototype.get.call({}, 'a')].map(attempt),
    };
}
