function main() {
    const order = { items: [{}] };
    order.items[0].order = order;
    return order;
}
