// Numbers of every size as elements of small integers.
const numbers = [0, -0, 1, -1, 127.9, 128, -128.9, -129, 255, 256, 65535, 65536, -32769, 2147483648, 4294967295, 4294967297, 1e10, -1e10, 2 ** 53, 2 ** 63, 2 ** 64 + 2 ** 12, 1.5e300, -1.5e300, NaN, Infinity, -Infinity, 5e-324];
function main() {
    const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];
    const view = new DataView(new ArrayBuffer(2));
    return [...kinds.map(Kind => [...new Kind(numbers)]), numbers.map(number => { view.setInt8(0, number); view.setUint8(1, number); return [view.getInt8(0), view.getUint16(0)]; })];
}
