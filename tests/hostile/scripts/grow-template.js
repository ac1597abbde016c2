// ends: memory | timeout | user
// a template within itself
function main() {
    let text = 'x'; for (;;) text = `${text} and ${text} and ${text}`;
}
