// Lone surrogates stay unchanged.
const codes = text => Array.from(text, sign => sign.codePointAt(0).toString(16)).join(' ');
function main() {
    const texts = ['\ud800', 'e\u0301\udc00e\u0301', '\udc00\ud800', '\ud83d\ude00\ud83d', '\ufb01\ud800\ufb01', 'a\u0323\u0307\ud800\u0307', '', '\u{1F600}e\u0301'];
    return texts.map(text => ['NFC', 'NFD', 'NFKC', 'NFKD'].map(form => codes(text.normalize(form))));
}
