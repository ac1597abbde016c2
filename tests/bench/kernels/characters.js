// n: 40000
function main(n) {
    const text = 'abcdefgh'.repeat(n / 8);
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
    for (const sign of text) sum += sign === 'a' ? 1 : 0;
    return sum + [...text].reverse().join('').length;
}
