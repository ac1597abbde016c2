// ends: memory | timeout | user
// a text that doubles
function main() {
    let text = 'seed'; for (;;) text += text;
}
