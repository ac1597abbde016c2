// ends: timeout
// an empty endless loop
function main() {
    for (;;) {}
}
