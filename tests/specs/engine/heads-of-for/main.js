// The variables of a loop's head are in their dead zone while their values are evaluated, whether a closure captures them or not.
const attempt = work => { try { const seen = work(); return seen === undefined ? 'undefined' : seen; } catch (error) { return error.name; } };
const i = 5, j = 7;
const cases = [
    () => { for (let i = i; ;) return i; },
    () => { let i = 5; for (let i = i + 1; i < 9; i++) return i; return 'none'; },
    () => { for (const i = i; ;) return i; },
    () => { for (let i = (() => i)(); ;) return i; },
    () => { for (let a = b, b = 1; ;) return a; },
    () => { for (let a = 1, b = a + 1; ;) return [a, b]; },
    () => { for (let [x = y, y] = [undefined, 2]; ;) return x; },
    () => { for (let { x, y = x } = { x: 1 }; ;) return y; },
    () => { for (let i = i++; ;) return i; },
    () => { for (let i = ++i; ;) return i; },
    () => { for (let i = typeof i; ;) return i; },
    () => { for (let i = (i = 3); ;) return i; },
    () => { for (let i = (i ??= 3); ;) return i; },
    () => { for (let i = j, n = 0; n < 3; n++) if (n === 2) return [i, n]; },
    () => { const made = []; for (let i = 0, f = () => i; i < 3; i++) made.push(() => [i, f()]); return made.map(f => f()); },
    () => { const made = []; for (let i = 0; i < 3; i++) { made.push(() => i); i += 0; } return made.map(f => f()); },
    () => { for (let i = 0, k; i < 2; i++) { if (i) return [i, k]; k = 1; } },
    () => { for (const x of x) return x; },
    () => { for (const x in { [x]: 1 }) return x; },
    () => { let sum = 0; for (let i = 0; i < 3; i++) for (let i = 0; i < 3; i++) sum += i; return sum; },
    () => { let n = 0; for (let i = 0; i < 3; i++) { for (let j = i; j < 3; j++) n += j; } return n; },
    () => { let seen = []; for (let i = 0; i < 2; i++) { for (let k = seen.length; k < 3; k++) { seen.push(k); if (k) continue; } } return seen; },
];
function main() { return cases.map(work => [attempt(work), attempt(work)]); }
