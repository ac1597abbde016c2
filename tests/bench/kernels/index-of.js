// n: 400000
function main(n) {
    const text = 'a-b-c-d-'.repeat(n / 8);
    let found = 0;
    for (let at = text.indexOf('c'); at >= 0; at = text.indexOf('c', at + 1)) found++;
    return found + text.lastIndexOf('a-b-c-e');
}
