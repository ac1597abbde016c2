storage.set('at the top', 1);

function main() {
    storage.set('started', true);
    throw new TypeError('no more');
}
