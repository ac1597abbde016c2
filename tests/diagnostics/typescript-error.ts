// functions: main
function main(amount: number): number {
    const twice: number = amount *;
    return twice;
}
// found:
// 3:35-3:36 error COMPILE_ERROR: SyntaxError: Unexpected token
