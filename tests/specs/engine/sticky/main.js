// A sticky expression tries one position, in constant time, and its groups are those of its pattern.
function words(text) {
  const rules = [/\s+/y, /(?<word>[a-z]+)(?=\s|$)/y, /(\d)\1*(?<!9)/y, /[^]/y];
  const counts = [0, 0, 0, 0];
  for (let at = 0; at < text.length;) {
    const rule = rules.findIndex(rule => { rule.lastIndex = at; return rule.test(text); });
    counts[rule]++;
    at = rules[rule].lastIndex;
  }
  return counts;
}
function main() {
  const shown = (pattern, text, at) => { pattern.lastIndex = at; const found = pattern.exec(text); return [found && [...found], found?.groups && { ...found.groups }, pattern.lastIndex]; };
  return [
    words('ab 11 9 a1 '.repeat(4000)), shown(/(?<=a)(b)|(c)/y, 'abc', 1), shown(/(?<=a)(b)|(c)/y, 'abc', 2), shown(/(?<=a)(b)|(c)/y, 'abc', 0),
    shown(/(?<n>x)?(?!b)/y, 'aab', 1), shown(/(?!a)$/my, 'b\na', 1), shown(/(?=(\u{1F600}))./uy, 'a\u{1F600}b', 1), shown(/(?<=a)|(?!c)/y, '', 0), shown(/(?!a)/y, 'a', 1), shown(/(?!a)/y, 'a', 2),
    'aXbXX'.split(/(?<=X)/), 'aab'.replace(/(?<=a)(a)/y, '[$1]'), 'aab'.match(/(?=a)a/gy),
    shown(/\1+/y, '', 0), shown(/\1+/y, '\x01\x01', 0),
  ];
}
