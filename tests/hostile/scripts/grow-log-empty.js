// ends: timeout
// lines of nothing
function main() {
    for (;;) console.log('');
}
