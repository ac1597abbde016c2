// ends: timeout | user
// spins while its result is converted to JSON
function main() {
    return {toJSON() { for (;;); }};
}
