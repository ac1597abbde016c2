// ends: success | timeout | memory
// inserts at the front
function main() {
    const list = []; for (let i = 0; i < 100000; i++) list.unshift(i); return list.length;
}
