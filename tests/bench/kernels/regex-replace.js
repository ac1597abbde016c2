// n: 100000
function main(n) {
    const text = 'The  quick (brown) fox;  '.repeat(n / 25);
    return text.replace(/\s+/g, ' ').replace(/[^a-z ]/gi, '').replace(/(\w+) (\w+)/g, '$2 $1').length;
}
