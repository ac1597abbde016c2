// With `trim`, blanks around a quoted field are removed, and the quoted text is still a field.
function main() {
  const { parse } = utils.csv;
  return [
    parse('id, name\n1, "Smith"', { trim: true }), parse('id;  note \n1 ; \t"a; ""b""" \r\n2;"x"', { trim: true, separator: ';' }), parse("a, b\n 'x, y' , 2", { trim: true, quote: "'" }),
    parse('a, b\n5" pipe, "two\nlines" ', { trim: true }), parse('id, name\n1, "Smith"'), parse(' "a" , "b" ', { trim: true, header: false }),
  ];
}
