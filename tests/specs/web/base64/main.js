function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    return {
        encoded: [btoa(''), btoa('Hello'), btoa('\xff\x00~'), btoa(12.5)],
        decoded: [atob('SGVsbG8='), atob(' SGVs\nbG8 '), atob('SGVsbG9'), atob(''), atob('/wB+').length],
        backAndForth: atob(btoa('\x00\x80\xff')) === '\x00\x80\xff',
        refused: [() => btoa('ж'), () => btoa(), () => atob('a'), () => atob('a-b_'), () => atob('SGVsbG8==='), () => atob()].map(attempt),
    };
}
