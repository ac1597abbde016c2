// library: ramda/dist/ramda.min.js
function main() {
    const R = library;
    const total = R.pipe(R.filter(R.propEq('paid', 'state')), R.map(R.prop('sum')), R.sum);
    return {
        total: total([{ state: 'paid', sum: 5 }, { state: 'open', sum: 7 }, { state: 'paid', sum: 2 }]),
        path: R.path(['a', 0, 'b'], { a: [{ b: 3 }] }),
        evolved: R.evolve({ count: R.inc, name: R.toUpper }, { count: 1, name: 'x', rest: true }),
        grouped: R.groupBy(R.modulo(R.__, 3), [1, 2, 3, 4, 5, 6]),
        sorted: R.sortWith([R.descend(R.prop('age')), R.ascend(R.prop('name'))])([{ name: 'b', age: 1 }, { name: 'a', age: 1 }, { name: 'c', age: 2 }]),
        equal: R.equals({ a: [1, new Date(0)] }, { a: [1, new Date(0)] }),
        lens: R.over(R.lensPath(['x', 'y']), R.negate, { x: { y: 4 } }),
        transduced: R.into([], R.compose(R.map(R.add(1)), R.take(2)), [1, 2, 3]),
    };
}
