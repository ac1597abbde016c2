// ends: timeout | user
// and while it is made JSON
function main() {
    return {toJSON() { for (;;); }};
}
