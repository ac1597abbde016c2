function again(n) {
    return again(n + 1) + 1;
}
function main() {
    return again(0);
}
