// functions: main
var main = function () {
    if (typeof fetch !== "undefined") void fetch("x");
    if (typeof Deno === "object") return Deno.version;
    label: for (const key in globalThis) if (key) break label;
    return [context, services, db, http, storage, events, console, utils, self, undefined, NaN, Infinity, JSON, Math, Date,
        Promise, Map, Reflect, Proxy, Symbol, BigInt, Uint8Array, encodeURIComponent, isNaN, parseInt, escape, arguments,
        Error, RegExp, WeakRef, main];
};
// found:
