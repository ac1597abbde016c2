// functions: main
function main() {
    count = 1;
    for (i = 0; i < 3; i++) count += i;
    return count;
}
// found:
// 3:5-3:10 warning UNDECLARED_VARIABLE: `count` is assigned but not declared: write `let count` where it is first used
// 4:10-4:11 warning UNDECLARED_VARIABLE: `i` is assigned but not declared: write `let i` where it is first used
