class OrderError extends Error {
    constructor(message, sku) {
        super(message);
        this.name = 'OrderError';
        this.sku = sku;
    }
}
function main() {
    throw new OrderError('out of stock', 'A-7');
}
