// An array that contains itself, flattened for ever.
function main() {
    const array = [];
    array.push(array, array);
    return array.flat(Infinity).length;
}
