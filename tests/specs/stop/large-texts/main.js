// One large text: `repeat` refuses before it is made.
function main() {
    return 'x'.repeat(2 ** 28).length;
}
