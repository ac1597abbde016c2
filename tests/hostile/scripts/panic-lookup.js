// ends: success | user | internal
// looks a getter up through a proxy that changes its prototype
function main() {
    const target = {};
    const proxy = new Proxy(target, {getPrototypeOf() { Object.setPrototypeOf(target, new Map()); return Map.prototype; }});
    return typeof Object.prototype.__lookupGetter__.call(proxy, 'size');
}
