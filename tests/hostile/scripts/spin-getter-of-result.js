// ends: timeout | user
// spins while its result is read
function main() {
    return {get value() { for (;;); }};
}
