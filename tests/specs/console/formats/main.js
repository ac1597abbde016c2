function main() {
    const wild = { toString() { throw new Error('toString ran'); }, valueOf() { throw new Error('valueOf ran'); } };
    console.log('%s is %d years, %i, %f', 'Ada', 36, 1.9, '2.5', 'more', { a: 1 });
    console.log('%o and %j: %c%O', { a: 1 }, [2], 'color: red', new Error('no'));
    console.log('100%', 5, 'then %s', '%d');
    console.log('50%% of %s', 'it');
    console.log('50%% of %s');
    console.log('%s %s', 'one');
    console.log('%x %', 1);
    console.log('%%%s%%', 'x', '%%');
    console.log('%d %d %d %d', wild, 5n, NaN, 'x');
    console.log('%s', wild);
    console.log({ a: '%s' }, '%s', 'after');
    console.assert(false, 'only %d', 3);
    console.group('%s', 'group');
    console.log('ёж %s 👍', 'ж');
}
