// n: 40000
function main(n) {
    const text = 'Заказ №1, ООО «Ромашка»; '.repeat(n / 25);
    const words = text.split(' ');
    let sum = 0;
    for (let at = text.indexOf('Ромашка'); at >= 0; at = text.indexOf('Ромашка', at + 1)) sum += at;
    return sum + words.length + text.replaceAll('Заказ', 'Order').toLowerCase().length;
}
