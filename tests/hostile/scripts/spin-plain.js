// ends: timeout
// the oldest one
function main() {
    for (;;) {}
}
