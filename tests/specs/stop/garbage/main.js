// Unreferenced memory does not count: this makes some hundred megabytes of garbage.
function main() {
    let units = 0;
    for (let i = 0; i < 300; i++) {
        const text = String(i).repeat(300000);
        units += text.length + [text, text].length;
        const list = Array.from({ length: 2000 }, () => ({ text }));
        units += list.length;
    }
    return units;
}
