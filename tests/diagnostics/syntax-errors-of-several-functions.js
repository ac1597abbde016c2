// functions: main
import { ж } from "lib:x"; // Кириллица: columns are counted in characters.
function first() {
    const list = [1, 2,, ...];
}

const broken = ;
const whole = `
let it be text
`;
async function main() {
    if (list { return 1; }
}
class Half {
    constructor( {}
}
function last() {
    return [1;
}
// found:
// 4:29-4:30 error COMPILE_ERROR: SyntaxError: Unexpected token
// 7:16-7:17 error COMPILE_ERROR: SyntaxError: Unexpected token
// 12:14-12:15 error COMPILE_ERROR: SyntaxError: Expected `)` but found `{`
// 16:1-16:2 error COMPILE_ERROR: SyntaxError: Expected `,` or `)` but found `}`
// 18:14-18:15 error COMPILE_ERROR: SyntaxError: Expected `,` or `]` but found `;`
