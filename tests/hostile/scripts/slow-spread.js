// ends: success | timeout | memory
// an object for each entry
function main() {
    let o = {}; for (let i = 0; i < 5000; i++) o = {...o, [`k${i}`]: i}; return Object.keys(o).length;
}
