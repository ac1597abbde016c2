// n: 20000
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        const price = Math.round(i * 1.1 * 100) / 100;
        sum += parseFloat(price.toFixed(2)) + parseInt('42px', 10) + Number(String(price)) + (i / 7).toString().length;
    }
    return Math.floor(sum);
}
