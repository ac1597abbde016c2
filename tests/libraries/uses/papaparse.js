// library: papaparse/papaparse.min.js
function main() {
    const text = 'id;name;sum\r\n1;"Ivanov; ""best"" client";10.5\r\n2;"two\nlines";-3\r\n\r\n';
    const parsed = library.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true });
    const large = library.parse(Array.from({ length: 2000 }, (_, i) => `${i},"v ${i}",${i / 2}`).join('\n')).data;
    return {
        rows: parsed.data,
        fields: parsed.meta.fields,
        errors: parsed.errors.length,
        back: library.unparse(parsed.data, { delimiter: ',' }),
        large: [large.length, large[1999]],
    };
}
