// ends: stack | memory | timeout | user
// Reflect.get of a getter that reads itself
function main() {
    const o = {get deeper() { return Reflect.get(this, 'deeper'); }};
    return o.deeper;
}
