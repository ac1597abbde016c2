// n: 400000
function main(n) {
    return 'a-b-c-d-'.repeat(n / 8).replaceAll('-', ', ').length;
}
