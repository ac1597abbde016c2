function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { parse } = utils.csv;
    const big = 'a,b\n' + 'x,"y ""z"""\n'.repeat(20000);
    return {
        objects: parse('id,name\n1,Ada\n2,"Grace ""Amazing"", Hopper"\n'),
        windows: parse('\ufeffid;сумма\r\n1;"12,50"\r\n\r\n2;"два\nряда"', { separator: ';' }),
        lists: parse('1,2\n3\n4,5,6', { header: false }), columns: parse('1,2\n3,4', { columns: ['a', 'b'] }), renamed: parse('x,y\n1,2', { header: true, columns: ['a', 'b'] }),
        short: parse('a,b,c\n1\n1,2,3,,'), unnamed: parse('a,,c\n1,2,3'), trimmed: parse(' a , b \n 1 , 2 ', { trim: true }), quote: parse("a,b\n'x,y',2", { quote: "'" }),
        nothing: [parse(''), parse('a,b'), parse('\n\n'), parse('', { header: false })], blank: parse('a\n""\nb'), inside: parse('a,b\n5" pipe,6'),
        big: [parse(big).length, parse(big)[19999].b],
        own: Object.keys(parse('toString,__proto__\n1,2')[0]),
        refused: [
            () => parse('a,b\n1,2,3'), () => parse('a,a\n1,2'), () => parse('a,b\n1,"2\n3,4\n'), () => parse(5), () => parse('a', { seperator: ';' }), () => parse('a', { separator: ';;' }),
            () => parse('a', { separator: '\n' }), () => parse('a', { columns: [] }), () => parse('a', { columns: [1] }), () => parse('a', { header: 'yes' }),
        ].map(attempt),
    };
}
