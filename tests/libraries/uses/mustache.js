// library: mustache/mustache.min.js
function main() {
    const template = 'Dear {{name}},{{#lines}}\n{{sku}}: {{{price}}} x {{count}}{{/lines}}{{^lines}}nothing{{/lines}}\n{{>foot}} {{& raw}} {{total}}';
    const view = { name: 'O\'Neil & <Co>', lines: [{ sku: 'a', price: '<1>', count: 2 }, { sku: 'b', price: 3, count: 4 }], raw: '<hr>', total() { return this.lines.length } };
    return [library.render(template, view, { foot: 'Yours, {{name}}' }), library.render(template, { name: 'x', lines: [] })];
}
