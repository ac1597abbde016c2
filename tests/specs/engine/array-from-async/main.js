// `Array.fromAsync`, transferred buffers, and the clock of the run.
async function* numbers() { yield 1; yield Promise.resolve(2); }
async function main() {
  const refused = await Array.fromAsync([1], () => { throw new RangeError('no'); }).catch(error => error.name);
  const buffer = new Uint8Array([1, 2, 3, 4]).buffer, moved = buffer.transfer(6), fixed = moved.transferToFixedLength();
  const began = performance.now();
  return [
    await Array.fromAsync(numbers()), await Array.fromAsync([3, Promise.resolve(4)]), await Array.fromAsync({ length: 2, 0: 'a', 1: Promise.resolve('b') }),
    await Array.fromAsync(new Set([1, 2]), async x => x * 2), refused, [buffer.detached, buffer.byteLength, moved.byteLength, fixed.byteLength, [...new Uint8Array(fixed)], fixed.resizable],
    typeof began, performance.now() >= began, Object.keys(performance), typeof Temporal,
  ];
}
