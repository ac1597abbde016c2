// functions: main
Array.prototype.last = function () { return this[this.length - 1]; };
String.prototype["x"] = 1;
console.log = () => {};
function main() {
    Date.now = () => 0;
    Math.calls++;
    globalThis.fetch = null;
    fetch = null;
    self.Math.half = 0.5;
    Object.defineProperty(Array.prototype, "first", { get() { return this[0]; } });
    Object.assign(Map.prototype, { size2: 1 });
    if (!Array.prototype.at) Array.prototype.at = index => this[index];
    if (!("flat" in Array.prototype)) Object.defineProperty(Array.prototype, "flat", { value: main });
    Promise.try = Promise.try || (f => new Promise(f));
    globalThis.mine = 1;
    Error.stackTraceLimit = 50;
    const list = [];
    list.total = 1;
    const http = {};
    http.get = 1;
    main.cache = new Map();
    main.cache.size2 = 1;
    Object.assign(list, { a: 1 });
    Object.assign(globalThis, { b: 2 });
    return list;
}
// found:
// 2:1-2:21 warning BUILT_IN_CHANGED: `Array.prototype.last` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 3:1-3:22 warning BUILT_IN_CHANGED: `String.prototype.x` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 4:1-4:12 warning BUILT_IN_CHANGED: `console.log` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 6:5-6:13 warning BUILT_IN_CHANGED: `Date.now` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 7:5-7:15 warning BUILT_IN_CHANGED: `Math.calls` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 8:5-8:21 warning BUILT_IN_CHANGED: `fetch` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 9:5-9:10 warning BUILT_IN_CHANGED: `fetch` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 10:5-10:19 warning BUILT_IN_CHANGED: `Math.half` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 11:5-11:83 warning BUILT_IN_CHANGED: `Array.prototype.first` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 12:5-12:47 warning BUILT_IN_CHANGED: `Map.prototype` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
// 15:5-15:16 warning BUILT_IN_CHANGED: `Promise.try` cannot be set: built-in objects are shared by all scripts and cannot be changed; write your own function under another name, or put it into a library (`lib:…`)
