async function main() {
    await events.publish('order.done', { id: 1 });
    await events.publish('bare');
    try {
        await events.publish(5);
    } catch (error) {
        return error.message;
    }
}
