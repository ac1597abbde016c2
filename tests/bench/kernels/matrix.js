// n: 60
function main(n) {
    const make = seed => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i * seed + j) % 17));
    const [a, b] = [make(3), make(5)];
    const product = a.map(() => new Array(n).fill(0));
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += a[i][k] * b[k][j];
            product[i][j] = sum;
        }
    }
    return product.reduce((sum, row, i) => sum + row[i], 0);
}
