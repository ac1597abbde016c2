// Groups of one name in different alternatives: a reference means the one that took part. Node.js 20 does not support them.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const shown = match => match && [...match, { ...match.groups }];
const sources = ['(?:(?<a>x)|(?<a>y))\\k<a>', '(?:(?:(?<a>x)|(?<a>y))\\k<a>)+$', '(?<a>x)|(?<a>y\\k<a>)|z\\k<a>', '(?:(?:(?<a>x)|(?<a>y)|z)\\k<a>){2}', '^\\k<a>(?:(?<a>x)|(?<a>y))$', '(?<=(?<a>x)\\k<a>|\\k<a>(?<a>y))z'];
const refused = ['(?<a>x)(?<a>y)', '(?:(?<a>x)|b)(?:c|(?<a>y))', '(?<a>(?<a>x))', '(?:(?<a>x)|(?<a>y))|(?:(?<a>z))(?<a>z)', '(?<a>x)|(?:(?<a>y)|z)', '(?:(?<a>x)|y)|(?:z|(?<a>z))'];
function main() {
    return [
        sources.map(source => ['xx', 'yy', 'xy', 'x', 'y', 'yyxx', 'zxx', 'zz', 'xxz', 'yyz'].map(text => shown(new RegExp(source).exec(text)))),
        refused.map(source => attempt(() => new RegExp(source).flags)),
    ];
}
