function main() {
    throw 'plain text';
}
