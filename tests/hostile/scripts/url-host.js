// ends: success | timeout | memory
// has names of hosts written in ASCII that are far too long
function main() {
    for (let length = 1000; length < 2 ** 24; length *= 2) URL.canParse('https://' + 'ж'.repeat(length) + '.example/');
}
