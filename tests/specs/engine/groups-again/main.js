// Groups that refer to themselves, that loops repeat, that match the empty text, and that are in lookbehinds.
const patterns = [
    /(x|y\1)+?\1/, /(x|y\1)+\1$/, /^(?:(x)|y\1)+?\1$/, /(.+(?<!\1a))[^a]/, /(b|\1)\b/i, /((?:\1[^a]+){2})./i, /(?:(a)|(b)|\1\2c)+$/, /(?:(a)|b)*\1/, /^(?:(a|ab)\1?)+?$/, /(a*)*b\1/, /(?:a*?)*?b/,
    /(?:^(a)|\1b)+/, /(?:^|(a)\1)+?b/, /(?=(a|\1x))\1/, /(?<=(\1a|b))./, /(?<n>x|y\k<n>)+?\k<n>/, /(a|b\2)(c|\1)+/, /((a)|b\1)*?(?:\2|$)/, /(?:(?:(a)|b)+?\1)+?$/, /(()|a)+?b\2/, /(?:|a)+?b/, /(?:a?)*?$/, /(a?)*?x/,
    /(z)((a+)?(b+)?(c))*/, /(?:(?=(a))a)+b/, /(?<=(?<first>.)(?<second>.))./, /(?<=(?<one>a)|(?<two>b)(?<three>.))$/, /(?=(?<=(?<a>.)(?<b>.))(?<c>.))/, /(?<!(?<a>x)(?<b>y))$/, /(?<=[\q{ab|ba}])./v, /.(?<![\q{ab|c}b])$/v, /(?<=[\q{abc|b}]+)$/v, /(?<=(?<pair>[\q{xyx|ab}]))b/v,
];
const shown = match => match && [...match, match.groups && { ...match.groups }];
function main() {
    return ['', 'xx', 'xyx', 'xy', 'ab', 'aab', 'abab', 'abc', 'bba', 'aXb', 'zaacbbbcac'].map(text => patterns.map(pattern => shown(pattern.exec(text))));
}
