// functions: main
function main() {
    const a = 1;
    const a = 2;
    break;
}
class A { constructor() {} constructor() {} }
function twice(a, a) { "use strict"; return a; }
// found:
// 1:1-1:2 error COMPILE_ERROR: SyntaxError: illegal break statement
// 3:11-3:12 error COMPILE_ERROR: SyntaxError: Identifier `a` has already been declared
// 5:5-5:11 error COMPILE_ERROR: SyntaxError: Illegal break statement
// 7:11-7:22 error COMPILE_ERROR: SyntaxError: Multiple constructor implementations are not allowed.
// 8:16-8:17 error COMPILE_ERROR: SyntaxError: Identifier `a` has already been declared
