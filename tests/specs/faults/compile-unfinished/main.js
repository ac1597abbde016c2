function main() {
    if (true) {
