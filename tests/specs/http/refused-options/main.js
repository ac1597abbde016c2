async function main() {
    const seen = [];
    for (const call of [
        () => http.get(),
        () => http.get(7),
        () => http.get('https://a.example', { timeout: 5 }),
        () => http.get('https://a.example', 'options'),
        () => http.get('https://a.example', { body: { a: 1 } }),
        () => http.get('https://a.example', { get query() { throw new RangeError('mine') } }),
        () => http.request('https://a.example'),
        () => http.request({ method: 'GET' }),
    ]) {
        try {
            await call();
            seen.push('sent');
        } catch (error) {
            seen.push(String(error));
        }
    }
    return seen;
}
