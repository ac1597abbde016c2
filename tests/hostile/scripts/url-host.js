// ends: success | timeout | memory
// host names that are far too long in their ASCII form
function main() {
    for (let length = 1000; length < 2 ** 24; length *= 2) URL.canParse('https://' + 'ж'.repeat(length) + '.example/');
}
