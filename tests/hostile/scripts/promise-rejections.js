// ends: success | timeout | memory | user
// a hundred thousand that nobody catches
function main() {
    for (let i = 0; i < 100000; i++) Promise.reject(new Error('nobody'));
}
