// A chain of prototypes.
function main() {
    let object = {};
    for (let i = 0; i < 600000; i++) object = Object.create(object);
    return 'x' in object || object.x === undefined && (object.y = 1);
}
