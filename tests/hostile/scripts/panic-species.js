// ends: success | user | internal
// a list whose copy is a list that empties it
function main() {
    const list = [1, 2, 3, 4];
    list.constructor = {[Symbol.species]: function (length) { list.length = 0; return new Proxy([], {}); }};
    return [list.slice(1, 3).length, list.concat([1]).length, list.splice(0, 2).length];
}
