// ends: timeout | success | memory | user
// puts the whole text around each of its letters
function main() {
    return 'z'.repeat(30000).replace(/z/g, "$`$&$'").length;
}
