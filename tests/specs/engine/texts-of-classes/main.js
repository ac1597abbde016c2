// The text of a class is its source, as for a function.
class A { m() { } }
class B   extends A   { #x = 1; static y = `}`; constructor() { super(); } /* } */ }
function main() {
    const C = class { }, D = class /* none */ extends (A, B) {
        m() { return class Inner { n() {} }; } // ünïcödé 😀
    };
    const made = { E: class{} , F: class G extends C{} };
    return [A, B, C, D, made.E, made.F, new D().m(), new D().m, class {}, A.prototype.m, main.length].map(String).concat(Function.prototype.toString.call(A), String(class of {}), `${C}`);
}
