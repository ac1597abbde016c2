function main(order) {
    return order.items.length;
}
