export function check(order) {
    if (order.total < 0) {
        throw new RangeError('a total is not negative');
    }
}
