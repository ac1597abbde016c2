// Chains through native code end like calls that nest too deeply, and do not end the process.
const proxies = () => {
    let proxy = {};
    for (let i = 0; i < 600000; i++) proxy = new Proxy(proxy, {});
    return proxy.x;
};
function main() {
    return proxies();
}
