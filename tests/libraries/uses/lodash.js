// library: lodash/lodash.min.js
function main() {
    const _ = library;
    const people = [{ name: 'Olim', age: 31 }, { name: 'Vera', age: 25 }, { name: 'Anvar', age: 31 }];
    return {
        groups: _.groupBy(people, 'age'),
        sorted: _.orderBy(people, ['age', 'name'], ['desc', 'asc']).map(person => person.name),
        chunks: _.chunk(_.range(7), 3),
        deep: _.get({ a: { b: [{ c: 3 }] } }, 'a.b[0].c'),
        merged: _.merge({ a: { x: 1 } }, { a: { y: [1, 2] } }),
        equal: _.isEqual(new Map([[1, { a: [1] }]]), new Map([[1, { a: [1] }]])),
        words: [_.camelCase('Invoice number 12'), _.kebabCase('InvoiceNumber'), _.startCase('дата оплаты'), _.deburr('déjà vu')],
        cloned: _.cloneDeep({ at: new Date(0), pattern: /a/gi, list: new Set([1]) }).at.getTime(),
        text: _.template === undefined ? '' : _.padStart('7', 3, '0') + _.truncate('a long text indeed', { length: 9 }),
        chain: _(people).map('age').uniq().sum(),
        difference: _.differenceBy([2.1, 1.2], [2.3, 3.4], Math.floor),
        memo: (() => { let calls = 0; const f = _.memoize(x => ++calls + x); return [f(1), f(1), f(2)] })(),
        curried: _.curry((a, b, c) => a + b + c)(1)(2)(3),
    };
}
