// n: 20000
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        const text = ' Order ' + i + ' ';
        const name = text.trim().toUpperCase();
        sum += name.charCodeAt(0) + name.slice(2, 5).length + name.indexOf('R') + (name.startsWith('ORD') ? 1 : 0);
        sum += String(i).padStart(8, '0').length;
    }
    return sum;
}
