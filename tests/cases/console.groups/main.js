// The other logging functions.
function main() {
    console.debug('quiet');
    console.assert(1 === 1, 'not said');
    console.assert(1 === 2, 'said', { n: 1 });
    console.group('outer');
    console.log('within');
    console.group('inner');
    console.warn('deep');
    console.groupEnd();
    console.groupEnd();
    console.log('without');
    console.groupCollapsed();
    console.dir({ n: 1 }, { depth: 0 });
    console.groupEnd();
    console.table([{ name: 'a', sum: 1 }, { name: 'b', sum: 2 }]);
    console.count();
    console.count('orders');
    console.count('orders');
    console.countReset('orders');
    console.count('orders');
    console.time('step');
    console.timeLog('step', 'half', 1 + 1);
    console.timeEnd('step');
    console.timeEnd('never begun');
}
