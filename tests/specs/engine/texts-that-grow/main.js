// Texts that are built piece by piece share their beginning; no text sees a piece appended to another.
function main() {
  const base = 'x'.repeat(200), grown = base + 'a', left = grown + 'left', right = grown + 'right';
  const again = grown + 'left', self = grown + grown, wide = left + '№' + 'end', narrow = grown + 'é';
  let text = '';
  for (let i = 0; i < 3000; i++) text += i % 7 ? 'ab' : 'c';
  let mixed = '';
  for (let i = 0; i < 400; i++) mixed += i === 200 ? 'Ж' : 'z';
  const kept = [];
  let line = '';
  for (let i = 0; i < 300; i++) { line += String.fromCharCode(97 + i % 26); if (i % 50 === 0) kept.push(line); }
  const cut = left.slice(199, 205), key = { [left]: 1, [right]: 2 };
  const templates = [`${grown}${'!'}`, `${'!'}${grown}`, `${grown}${1}${null}`];
  const map = new Map([[grown + 'left', 'map']]);
  return [
    left.slice(198), right.slice(198), again === left, left === right, self.length, self.slice(199, 203), wide.slice(200), narrow.slice(199),
    text.length, text.slice(0, 12), text.slice(-5), mixed.length, mixed.slice(198, 203), mixed.charCodeAt(200), kept.map(text => text.length + text.slice(-2)),
    cut, key[left] + key[grown + 'right'], templates.map(text => text.slice(-8)), map.get(left), grown.length, grown + '' === grown, '' + grown === grown,
    (left < right) + ' ' + (grown < left), left.indexOf('left'), wide.at(-4), [...'aé№😀'].map(sign => sign.length), 'aé№'[1] + 'aé№'.charAt(2) + 'abc'[3],
    'é'.charCodeAt(0), 'ÿĀ'.split('').map(sign => sign.charCodeAt(0)), 'é' === 'aé'.slice(1), new Set('hello').size, { é: 1 }['aé'[1]],
  ];
}
