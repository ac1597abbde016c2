// One large text: `repeat` fails before it is created.
function main() {
    return 'x'.repeat(2 ** 28).length;
}
