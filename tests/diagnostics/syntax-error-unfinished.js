function main() {
    return [1, 2
}
// found:
// 3:1-3:2 error COMPILE_ERROR: SyntaxError: unexpected token '}', expected comma or end of array
