// n: 10000
function main(n) {
    const queue = [];
    for (let i = 0; i < n; i++) queue.push({ i });
    let sum = 0;
    while (queue.length > 0) sum += queue.shift().i;
    return sum;
}
