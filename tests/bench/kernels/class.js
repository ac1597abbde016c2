// n: 20000
class Account {
    #balance = 0;
    static count = 0;
    constructor(owner) {
        this.owner = owner;
        Account.count++;
    }
    get balance() { return this.#balance }
    deposit(amount) {
        this.#balance += amount;
        return this;
    }
}
class Savings extends Account {
    constructor(owner, rate) {
        super(owner);
        this.rate = rate;
    }
    deposit(amount) { return super.deposit(amount * this.rate) }
}
function main(n) {
    const before = Account.count;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += new Savings('o' + i, 2).deposit(i).deposit(1).balance;
    return sum + Account.count - before;
}
