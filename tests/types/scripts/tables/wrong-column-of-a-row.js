// errors: 4
async function main() {
    const order = await db.findOne("orders", { id: { in: [1, 2n] }, note: null });
    return order.totl;
}
