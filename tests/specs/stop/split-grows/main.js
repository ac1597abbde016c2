// A text of eight megabytes becomes eight million texts.
function main() {
    return 'ab'.repeat(2 ** 22).split('').length;
}
