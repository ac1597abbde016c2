// Chains through native code end like calls that go too deep, and not with the process.
const proxies = () => {
    let proxy = {};
    for (let i = 0; i < 600000; i++) proxy = new Proxy(proxy, {});
    return proxy.x;
};
function main() {
    return proxies();
}
