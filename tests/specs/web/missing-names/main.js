function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    return {
        errors: [
            () => Buffer.from('x'), () => require('fs'), () => { module.exports = { main }; }, () => process.env.HOME, () => __dirname, () => window.alert('x'),
            () => document.title, () => localStorage.getItem('x'), () => new XMLHttpRequest(), () => axios.get('x'), () => alert('x'), () => new WebAssembly.Module(),
            () => new SharedArrayBuffer(8), () => new FormData(), () => new Blob([]), () => global.x, () => setImmediate(main), () => _.map([], main), () => totl,
            () => eval('1'), () => new Function('return 1'),
        ].map(attempt),
        types: [typeof Buffer, typeof require, typeof process, typeof window, typeof module, typeof XMLHttpRequest, typeof SharedArrayBuffer],
        inside: attempt(() => { with ({}) { return Buffer; } }),
    };
}
