// ends: user | stack
// deeper than a result may be
function main() {
    let deep = {}; for (let i = 0; i < 100000; i++) deep = {deep}; return deep;
}
