// ends: success | timeout | memory
// copies of a copy
function main() {
    let text = 'row;'.repeat(50000), rows = 0; while (text) { text = text.slice(4); rows++; } return rows;
}
