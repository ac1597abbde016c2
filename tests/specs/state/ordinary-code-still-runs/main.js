class ValidationError extends Error {
    constructor(message) {
        super(message);
        this.name = 'ValidationError';
        this.message = message + '!';
    }
    toString() { return 'VE ' + super.toString(); }
}
class Stack extends Array {
    top() { return this[this.length - 1]; }
}
function Old() {}
Old.prototype = Object.create(Error.prototype);
Old.prototype.constructor = Old;
Old.prototype.name = 'Old';
function main() {
    const error = new ValidationError('bad');
    const item = {};
    item.toString = () => 'item';
    item.constructor = 'mine';
    item.hasOwnProperty = 5;
    item.valueOf = () => 7;
    const counts = {};
    for (const word of ['constructor', 'toString', 'a', 'a']) counts[word] = (Object.hasOwn(counts, word) ? counts[word] : 0) + 1;
    const stack = new Stack();
    stack.push(1, 2);
    const literal = { toString: 1, ['constructor']: 2 };
    const plain = Object.assign({}, { toString: 'copied', name: 'n' });
    const date = new Date(0);
    date.toString = () => 'a date';
    const fn = function () {};
    fn.toString = () => 'a function';
    const old = new Old();
    old.message = 'm';
    return {
        error: String(error), instance: error instanceof ValidationError, item: `${item}`, number: item + 1, own: item.constructor,
        counts, top: stack.top(), size: stack.length, literal, plain, date: `${date}`, fn: `${fn}`, old: String(old),
        keys: Object.keys(item), inherited: Object.prototype.toString.call([]), name: Error.prototype.name,
        json: JSON.stringify({ a: [1, new Date(0)] }), constructor: ({}).constructor === Object,
    };
}
