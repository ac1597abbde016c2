// ends: memory | timeout | user
// a template inside of itself
function main() {
    let text = 'x'; for (;;) text = `${text} and ${text} and ${text}`;
}
