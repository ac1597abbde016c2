// n: 400000
function main(n) {
    let text = 'a-b-c-d-'.repeat(n / 8);
    for (let i = 0; i < 50; i++) text = text.replace('d', 'x');
    return text.indexOf('d');
}
