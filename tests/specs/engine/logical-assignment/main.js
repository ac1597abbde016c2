// A logical assignment that does not assign leaves no value for the next one.
function same(x){ return x; }
function c1(){ var w = 0; var v3 = same((w ??= 1)); const f=()=>[w,v3]; return [w,v3]; }
function c2(){ var w = 0; var v3 = (w ??= 1); const f=()=>[w,v3]; return [w,v3]; }
function c3(){ let w = 0; let v3 = same(w ??= 1); const f=()=>[w,v3]; return [w,v3]; }
function c4(){ var w = 0; var v3 = same(w || (w = 1)); const f=()=>[w,v3]; return [w,v3]; }
function c5(){ var w = 0; var v3 = same(w ??= 1); const f=()=>{ try { w } catch { v3 } }; return [w,v3]; }
function c6(){ var w = 0; var v3 = same(w); const f=()=>{ try { w } catch (e) { v3 } }; return [w,v3]; }
function c7(){ var w = 5; var v3 = w ?? 1; const f=()=>[w,v3]; return [w,v3]; }
function c8(){ var w = 5; w ??= 1; var v3 = 2; const f=()=>[w,v3]; return [w,v3]; }
function d1() { var w = 1; var x = (w ||= 5); var y = (w &&= 0), z = (w &&= 7); const f = () => [w, x, y, z]; return f(); }
function main() { return [c1, c2, c3, c4, c5, c6, c7, c8, d1].map(run => run()); }
