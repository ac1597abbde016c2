// n: 4000
class Money {
    constructor(tiyin) { this.tiyin = tiyin }
    plus(other) { return new Money(this.tiyin + other.tiyin) }
    times(factor) { return new Money(Math.round(this.tiyin * factor)) }
    get sums() { return this.tiyin / 100 }
}
class Line {
    constructor(name, price, count) {
        this.name = name;
        this.price = price;
        this.count = count;
    }
    get total() { return this.price.times(this.count) }
    tax(rate) { return this.total.times(rate) }
}
class Discounted extends Line {
    constructor(name, price, count, share) {
        super(name, price, count);
        this.share = share;
    }
    get total() { return super.total.times(1 - this.share) }
}
class Invoice {
    lines = [];
    add(line) {
        this.lines.push(line);
        return this;
    }
    get total() { return this.lines.reduce((sum, line) => sum.plus(line.total).plus(line.tax(0.12)), new Money(0)) }
}
function main(n) {
    let all = 0;
    for (let i = 0; i < n; i++) {
        const invoice = new Invoice();
        invoice.add(new Line('paper', new Money(1250 + i), 4)).add(new Discounted('ink', new Money(9900), i % 7, 0.1));
        all += invoice.total.sums;
    }
    return all.toFixed(2);
}
