// Jumps through several `finally` blocks, which contain conditional jumps themselves.
const attempt = work => { try { return work(); } catch (error) { return 'threw ' + error; } };
const seen = [];
const note = text => { seen.push(text); return true; };
const cases = [
    n => { for (const x of [1, 2]) { try { try { if (x) return 'r' + x; } catch { } finally { if (n === 9) continue; } } finally { } } },
    n => { for (const x of [1, 2]) { try { try { if (x) return 'r' + x; } finally { if (n === 9) continue; } } finally { note('outer'); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { if (x) return 'r' + x; } finally { if (n === 1) continue; } } finally { note('outer'); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { if (x) return 'r' + x; } finally { if (n === 9) break; } } finally { note('outer'); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { if (x) break; } finally { if (n === 9) return 'f'; } } finally { note('outer'); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { if (x) continue; } finally { if (n === 9) return 'f'; if (n === 8) break; } note('never'); } finally { note('outer' + x); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { if (x) continue; note('never'); } finally { if (n === 1) return 'f' + x; } } finally { note('outer' + x); } } return 'end'; },
    n => { out: for (const x of [1, 2]) { for (const y of [1, 2]) { try { try { if (y) continue out; } finally { if (n === 9) break; if (n === 8) break out; } } finally { note('outer' + x + y); } } note('never'); } return 'end'; },
    n => { out: for (const x of [1, 2]) { for (const y of [1, 2]) { try { try { if (y) break out; } finally { if (n === 9) continue; if (n === 8) continue out; } } finally { note('outer' + x + y); } } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { try { if (x) return 'r' + x; } finally { if (n === 9) break; } } finally { if (n === 8) continue; } } finally { if (n === 7) return 'f'; } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { try { if (x) return 'r' + x; } finally { if (n === 9) break; if (n === 1) continue; } } finally { if (n === 8) continue; note('middle'); } } finally { if (n === 7) return 'f'; note('outer'); } } return 'end'; },
    n => { for (const x of [1, 2]) { try { try { throw 't'; } catch (error) { return error + x; } finally { if (n === 9) continue; } } finally { note('outer'); } } },
    n => { for (const x of [1, 2]) { try { try { throw 't'; } catch (error) { if (x === 1) continue; return error + x; } finally { if (n === 9) break; } } finally { note('outer' + x); } } },
    n => { for (const x of [1, 2]) { try { try { if (x) return 'r' + x; } finally { try { if (n === 9) break; } finally { if (n === 8) continue; note('inner'); } } } finally { note('outer'); } } },
    n => { for (const x of [1, 2]) { try { try { if (x) return note('value') && 'r' + x; } finally { for (const y of [1, 2]) { if (y === 1) continue; if (n === 9) break; } if (n === 9) continue; } } finally { note('outer'); } } },
    n => { const made = (function* () { for (const x of [1, 2]) { try { try { yield x; return 'r'; } finally { if (n === 9) continue; } } finally { note('outer'); } } })(); return [made.next().value, made.next().value, made.next().done].join(); },
    n => { const made = (function* () { for (const x of [1, 2]) { try { try { yield x; } finally { if (n === 9) continue; } } finally { note('outer'); } } })(); made.next(); return [made.return('given').value, made.next().done].join(); },
    n => { for (const x of [1, 2]) { try { try { for (const y of [1, 2]) { if (y) return 'r' + y; } } finally { if (n === 9) continue; if (n === 8) return 'f'; if (n === 7) break; } } finally { if (n === 6) break; note('outer'); } } },
    n => { switch (n) { default: try { try { if (n) return 'r'; } finally { if (n === 9) break; } } finally { note('outer'); } } return 'end'; },
    n => { do { try { try { if (n) return 'r'; } finally { if (n === 9) continue; } } finally { note('outer'); } } while (false); return 'end'; },
];
function main() {
    return cases.map(work => [1, 9, 8, 7, 6].map(n => { seen.length = 0; const end = attempt(() => work(n)); return [end ?? 'nothing', ...seen].join(' '); }));
}
