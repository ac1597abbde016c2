// A dead zone ends with the declaration, not with a failed assignment.
const attempt = work => { try { const seen = work(); return seen === undefined ? 'undefined' : seen; } catch (error) { return error.name; } };
function main() {
    const r = [], o = {}, k = () => 'k';
    const t = f => { try { r.push(f() ?? 'undefined') } catch (e) { r.push(e.name) } r.push('|') };
    const e = error => { r.push(error.name) };
    t(() => { try { late++ } catch (x) { e(x) } try { late = 's'; r.push('A') } catch (x) { e(x) } try { r.push(late) } catch (x) { e(x) } let late; return late });
    t(() => { try { --late } catch (x) { e(x) } try { late--; r.push('A') } catch (x) { e(x) } let late = 4; late--; return late });
    t(() => { try { late += 1 } catch (x) { e(x) } try { late **= 2; r.push('A') } catch (x) { e(x) } let late = 4; late += 1; return late });
    t(() => { try { late &&= 1 } catch (x) { e(x) } try { late = 's'; r.push('A') } catch (x) { e(x) } let late; late &&= 1; return late });
    t(() => { try { late ||= 1 } catch (x) { e(x) } try { late ||= 's'; r.push('A') } catch (x) { e(x) } let late; late ||= 2; return late });
    t(() => { try { late ??= 1 } catch (x) { e(x) } try { typeof late; r.push('A') } catch (x) { e(x) } let late; late ??= 3; return late });
    t(() => { try { [late] = [1] } catch (x) { e(x) } try { late = 's'; r.push('A') } catch (x) { e(x) } let late; return 'end' });
    t(() => { try { ({ [k()]: late = 's' } = { k: undefined }); r.push('A') } catch (x) { e(x) } try { late++ } catch (x) { e(x) } let late; return 'end' });
    t(() => { try { [, ...late] = [1, undefined] } catch (x) { e(x) } try { for (late of [1]); r.push('A') } catch (x) { e(x) } let late; return 'end' });
    t(() => { const g = (function* () { try { late &&= (yield 3) } catch (x) { e(x) } try { late = 's'; r.push('A') } catch (x) { e(x) } let late; })(); return [g.next().value, g.next().done].join() });
    t(() => { for (let i = 0; i < 2; i++) { try { late += i; r.push('A') } catch (x) { e(x) } let late = 0; late++; r.push(late) } });
    t(() => { let i = 0; while (i++ < 3) { try { late++ } catch (x) { e(x) } let late = i; r.push(late++) } });
    t(() => { let i = 0; do { switch (i) { case 1: try { late++ } catch (x) { e(x) } break; case 0: let late = 5; late++; r.push(late) } } while (i++ < 2) });
    t(() => { try { late++ } catch (x) { e(x) } const late = 1; try { late++ } catch (x) { e(x) } return late });
    return r.join(' ');
}
