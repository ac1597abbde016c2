async function main() {
    await http.get('https://a.example/x', { query: { q: 'a b', n: [1, 2] }, headers: { Accept: 'text/x' } });
    await http.post('https://a.example/x', { n: 1, when: new Date(0) });
    await http.post('https://a.example/x', 'plain', { timeout_ms: 500, retries: 2, retry_any_method: true });
    await http.put('https://a.example/x', new Uint8Array([0, 255, 7]));
    await http.patch('https://a.example/x', [1], { redirects: 0 });
    await http.post('https://a.example/x', null, { form: { a: 1 } });
    await http.delete('https://a.example/x');
    await http.request({ method: 'OPTIONS', url: 'https://a.example/x', body: new Uint8Array([1, 2, 3]).subarray(1).buffer });
    await http.request({ url: { toString: () => 'https://a.example/from-an-object' }, json: null, text: undefined });
    return Object.isFrozen(http);
}
