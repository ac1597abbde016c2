// A text that doubles.
function main() {
    let text = 'x';
    try {
        for (;;) text += text;
    } catch (error) {
        return 'caught';
    }
}
