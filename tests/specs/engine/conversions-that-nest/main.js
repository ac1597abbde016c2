// The conversion of an object may convert the same object again.
class P { constructor(n) { this.n = n; } toString() { if (this.n > 0) { this.n--; return '(' + this + ')'; } return 'x'; } }
class Q { constructor() { this.k = 0; } valueOf() { return this.k++ < 2 ? this + 1 : 1; } }
function main() {
    const nested = { toString() { return [1, { toString: () => 'in' }].join(); } };
    return ['' + new P(3), new Q() + 1, `${nested}`, String(new P(1)), [new P(2)].join()];
}
