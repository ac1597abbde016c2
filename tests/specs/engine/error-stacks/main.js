// The first line of a stack is the error, and any object can have a stack.
function outer() { return inner(); }
function inner() { return new TypeError('no client'); }
class Refused extends Error { constructor(why) { super(why); Error.captureStackTrace(this, Refused); } get name() { return 'Refused'; } }
function Old(message) { this.message = message; Error.captureStackTrace(this, Old); }
Old.prototype = Object.create(Error.prototype, { constructor: { value: Old }, name: { value: 'Old' } });

function main() {
  const lines = error => error.stack.split('\n').map(line => line.trim().split(' (')[0]);
  let caught;
  try { null.x; } catch (error) { caught = error; }
  const plain = {};
  Error.captureStackTrace(plain);
  const own = Object.getOwnPropertyDescriptor(plain, 'stack');
  const renamed = new Error('a');
  renamed.stack = 'mine';
  return {
    made: lines(outer()).slice(0, 3), caught: lines(caught)[0], subclass: lines(new Refused('why')).slice(0, 2), old: lines(new Old('o')).slice(0, 2),
    plain: [lines(plain)[0], typeof own.value, own.enumerable, own.writable, own.configurable], empty: lines(new RangeError())[0], renamed: renamed.stack,
    refused: (() => { try { Error.captureStackTrace(1); } catch (error) { return error.name; } })(),
    isError: [caught, new Refused('r'), Object.create(Error.prototype), { name: 'Error', message: '' }, 'Error', undefined].map(value => Error.isError(value)),
    ends: outer().stack.endsWith('\n'),
  };
}
