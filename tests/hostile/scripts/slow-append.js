// ends: success | timeout | memory
// appends letter by letter
function main() {
    let text = ''; for (let i = 0; i < 300000; i++) text += String.fromCharCode(65 + i % 26); return text.length;
}
