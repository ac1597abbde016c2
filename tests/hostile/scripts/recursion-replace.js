// ends: stack | memory | timeout | user
// a replacement that replaces
function main() {
    const again = text => text.replace(/./, again);
    return again('x');
}
