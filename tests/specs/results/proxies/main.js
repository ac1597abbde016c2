function main() {
    const { proxy, revoke } = Proxy.revocable([], {});
    const list = new Proxy([1, , 'x', { a: 2 }], { get: (target, key) => (key === '0' ? 'first' : target[key]) });
    let failed;
    try { revoke(); JSON.stringify(proxy); } catch (error) { failed = error.name; }
    return [list, { within: new Proxy(new Proxy([1, 2], {}), {}) }, new Proxy({ a: 1, b: [2] }, {}), new Proxy(() => 1, {}), JSON.stringify([list]), failed];
}
