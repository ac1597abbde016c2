function main() {
    return [
        /^https?:\/\//,
        /[/]/,
        /a\/b/g,
        new RegExp('/'),
        new RegExp('\\/'),
        new RegExp('[/\\]/]/'),
        new RegExp('\n'),
        new RegExp('\\\n'),
        new RegExp(''),
        new RegExp('\\\\/'),
        /\//u,
        new RegExp('\u2028'),
    ].map(r => [r.source, String(r), new RegExp(r.source).source === r.source]);
}
