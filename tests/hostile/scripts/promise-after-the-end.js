// ends: success | timeout | user
// goes on after its result is there
function main() {
    const again = () => Promise.resolve().then(again);
    again();
    return 'done';
}
