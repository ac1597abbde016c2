// ends: success | timeout | user
// continues after returning its result
function main() {
    const again = () => Promise.resolve().then(again);
    again();
    return 'done';
}
