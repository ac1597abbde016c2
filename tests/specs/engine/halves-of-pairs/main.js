// `lastIndex` within a surrogate pair, which means the character if patterns match whole characters.
const text = 'a\u{1F600}b', halves = '\uD83D\uD83D\uDE00\uDE00';
const patterns = ['(?:)', '.', '[^a]', 'b', '$', '\\uDE00', '[\\u{1F600}]', '^|', '(?<=a)', '(?<=.)', '(?!a)', '(?<whole>.)', '(?<=(.))'];
const flags = ['g', 'y', 'gu', 'yu', 'gyu', 'gv', 'yv', 'dgu', 'u', 'v'];
function at(pattern, flags, text, from) {
    const expression = new RegExp(pattern, flags);
    expression.lastIndex = from;
    const match = expression.exec(text);
    return [match && match.index, match && match[0].length, expression.lastIndex].join();
}
function tested(pattern, flags, from) {
    const expression = new RegExp(pattern, flags);
    expression.lastIndex = from;
    return [expression.test(text), expression.lastIndex, text.search(expression), text.replace(expression, '-').length, expression.lastIndex];
}
function main() {
    return [
        patterns.map(pattern => flags.map(flags => [0, 1, 2, 3, 4, 5].map(from => at(pattern, flags, text, from)).join(' '))),
        flags.map(flags => [0, 1, 2, 3, 4].map(from => at('.', flags, halves, from)).join(' ')),
        patterns.slice(0, 4).map(pattern => flags.map(flags => tested(pattern, flags, 2))),
        [...text.matchAll(/(?:)/gu)].map(match => match.index), text.split(/(?:)/u), text.match(/(?:)/gv).length,
    ];
}
