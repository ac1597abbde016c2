// ends: user | stack
// a result nested deeper than the limit
function main() {
    let deep = {}; for (let i = 0; i < 100000; i++) deep = {deep}; return deep;
}
