// ends: timeout
// empty lines
function main() {
    for (;;) console.log('');
}
