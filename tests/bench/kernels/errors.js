// n: 10000
class Refused extends Error {
    constructor(reason, field) {
        super(reason);
        this.field = field;
    }
}
function check(i) {
    if (i % 2) throw new Refused('odd', 'number');
    return i;
}
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
        try {
            sum += check(i);
        } catch (error) {
            sum += error instanceof Refused ? error.field.length : 0;
        }
    }
    return sum;
}
