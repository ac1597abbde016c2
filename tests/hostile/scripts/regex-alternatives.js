// ends: timeout | success | memory | user
// two ways to match every letter
function main() {
    return /^(x|xx|xxx)*$/.exec('x'.repeat(60) + 'y');
}
