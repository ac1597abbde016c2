// n: 4000
function main(n) {
    let text = '';
    for (let i = 0; i < n; i++) text += 'line ' + i + '\n';
    const parts = [];
    for (let i = 0; i < n; i++) parts.push('line ' + i);
    return text.length + parts.join('\n').length;
}
