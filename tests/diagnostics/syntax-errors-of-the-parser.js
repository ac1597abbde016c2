// functions: main
function main() {
    const list = [1, 2,, ...];
    const { a };
    return `${list}`;
}
for (const x of y, z) {}
async () => { for await (const x in y) {} };
// found:
// 3:29-3:30 error COMPILE_ERROR: SyntaxError: unexpected token ']', primary expression
