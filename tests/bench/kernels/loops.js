// n: 400000
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        if (i % 3 === 0) continue;
        sum = (sum + i * i) % 1000003;
    }
    return sum;
}
