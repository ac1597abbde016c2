// n: 10000
function main(n) {
    const words = 'the order of the client was paid and the goods of the order were sent to the client'.split(' ');
    let text = '';
    for (let i = 0; i < n; i++) text += words[(i * 7) % words.length] + (i % 11 ? ' ' : '.\n');
    const counts = Object.create(null);
    for (const word of text.toLowerCase().split(/[^a-z]+/)) if (word) counts[word] = (counts[word] | 0) + 1;
    return Object.keys(counts)
        .sort((a, b) => counts[b] - counts[a] || (a < b ? -1 : 1))
        .map(word => word + '=' + counts[word])
        .join(' ');
}
