// ends: stack | memory | timeout | user | success
// an error whose cause has a cause
function main() {
    let error = new Error('first');
    for (let i = 0; i < 200000; i++) error = new Error('next', {cause: error});
    throw error;
}
