// n: 10000
function main(n) {
    const email = /^[\w.+-]+@[\w-]+\.[\w.-]+$/;
    let valid = 0;
    for (let i = 0; i < n; i++) if (email.test('user' + i + (i % 3 ? '@' : '#') + 'example.com')) valid++;
    return valid;
}
