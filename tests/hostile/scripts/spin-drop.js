// ends: timeout
// drops the first of endlessly many
function main() {
    const endless = Iterator.from({next: Object.prototype.valueOf.bind({done: false, value: 0})});
    return endless.drop(2 ** 53 - 1).next();
}
