function main() {
    console.assert(1 === 1, 'not written');
    console.assert(false, 'written', { n: 1 });
    console.assert();
    console.group('outer');
    console.log('one');
    console.group();
    console.warn('two\nlines');
    console.groupEnd();
    console.groupEnd();
    console.groupEnd();
    console.log('out');
    console.count();
    console.count();
    console.count('loops');
    console.countReset();
    console.countReset('nothing');
    console.count();
    console.time('work');
    console.time('work');
    console.timeLog('work');
    console.timeEnd('work');
    console.timeEnd('work');
    console.table([{ id: 1, name: 'Ada' }, { id: 22, note: 'two\nlines' }]);
    console.table([[1, 2], ['a', 'b']]);
    console.table({ x: { n: 1, m: 2 }, y: 5 }, ['n']);
    console.table('no table', 5);
    console.table([]);
}
