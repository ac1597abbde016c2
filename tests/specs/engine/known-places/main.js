// The inline cache of a property access must notice that the property is gone.
function read(object) { return object.value; }
function write(object, value) { try { object.value = value; } catch { } }
function call(object) { return object.method(); }
function main() {
  const out = [];
  const make = i => ({ value: i });
  for (let i = 0; i < 5; i++) out.push(read(make(i)));
  const shapes = [{ value: 1 }, { a: 1, value: 2 }, { b: 1, value: 3 }, { c: 1, value: 4 }, { d: 1, value: 5 }, { e: 1, value: 6 }];
  for (let round = 0; round < 3; round++) for (const shape of shapes) { write(shape, read(shape) + 1); out.push(read(shape)); }
  const base = { value: 'base', method() { return 'base ' + this.value; } }, heir = Object.create(base), own = Object.create(base);
  own.mark = 1;
  for (let i = 0; i < 3; i++) out.push(read(heir), call(heir), call(own));
  base.value = 'changed';
  out.push(read(heir));
  write(heir, 'shadow');
  out.push(read(heir), base.value, call(heir));
  delete heir.value;
  out.push(read(heir), call(heir));
  base.method = () => 'arrow';
  out.push(call(heir), call(own));
  Object.defineProperty(base, 'value', { get: () => 'getter', set(v) { out.push(['set', v]); }, configurable: true });
  out.push(read(heir));
  write(heir, 1);
  out.push(Object.hasOwn(heir, 'value'), read(heir));
  Object.setPrototypeOf(heir, { value: 'other' });
  out.push(read(heir), read(own));
  const locked = { value: 1 };
  write(locked, 2);
  Object.freeze(locked);
  write(locked, 3);
  out.push(read(locked));
  const turned = { value: 1 };
  write(turned, 2);
  Object.defineProperty(turned, 'value', { writable: false });
  write(turned, 3);
  out.push(read(turned));
  Object.defineProperty(turned, 'value', { get: () => 'now a getter' });
  out.push(read(turned));
  const long = {};
  for (let i = 0; i < 40; i++) long['k' + i] = i;
  long.value = 'long';
  out.push(read(long));
  for (let i = 0; i < 39; i++) delete long['k' + i];
  out.push(read(long), (write(long, 'still'), read(long)));
  delete long.value;
  out.push(read(long));
  for (let i = 0; i < 300; i++) { const other = { ['x' + i]: 1, value: i }; write(other, read(other) + 1); if (i % 100 === 0) out.push(read(other)); }
  out.push(read('text'), read(5), (() => { try { return read(null); } catch (error) { return error.name; } })(), read([1]), read(Object.assign([1], { value: 'array' })), read(read));
  const array = [1, 2, 3];
  for (let i = 0; i < 3; i++) { array.length = i; out.push(array.length, read(array)); }
  return out;
}
