// library: marked/marked.min.js
function main() {
    const text = '# Order *42*\n\n- one\n- **two** <b>\n\n| a | b |\n|---|--:|\n| 1 | `2` |\n\n> quoted\n> [link](https://example.com "t")\n\n```js\nlet x = 1 < 2;\n```\n';
    return library.parse(text, { mangle: false, headerIds: false });
}
