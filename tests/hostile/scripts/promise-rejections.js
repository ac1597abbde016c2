// ends: success | timeout | memory | user
// a hundred thousand unhandled rejections
function main() {
    for (let i = 0; i < 100000; i++) Promise.reject(new Error('nobody'));
}
