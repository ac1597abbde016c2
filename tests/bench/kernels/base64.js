// n: 400000
// only here
function main(n) {
    const text = 'день и ночь '.repeat(n / 10);
    return utils.base64.decode(utils.base64.encode(text)) === text && atob(btoa('x'.repeat(n))).length;
}
