// ends: success | timeout | memory
// removes the first element repeatedly
function main() {
    const list = Array.from({length: 100000}, (_, i) => i); while (list.length > 1) list.splice(0, 1); return list;
}
