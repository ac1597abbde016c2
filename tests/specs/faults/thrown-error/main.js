function check(order) {
    throw new Error('no items');
}

async function main() {
    await null;
    check({});
}
