// ends: stack | memory | timeout | user | success
// a proxy of a proxy of a proxy
function main() {
    let target = {deep: 1};
    for (let i = 0; i < 150000; i++) target = new Proxy(target, {});
    return [target.deep, 'deep' in target, delete target.deep, Object.keys(target).length];
}
