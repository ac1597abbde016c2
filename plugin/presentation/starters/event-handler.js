// Called at least once for every event that matches one of its patterns: after a crash, the same event may be delivered again.
// Set the patterns under "Event patterns" next to the code: order.created, or order.* for all order events.

async function main(event) {
    const seen = `seen:${event.id}`;
    if (await storage.get(seen)) return { repeated: true };

    console.log(event.type, 'at', event.at, event.data);
    const day = utils.date.format(event.at, 'YYYY-MM-DD');
    const count = ((await storage.get(`events:${day}`)) ?? 0) + 1;
    await storage.set(`events:${day}`, count, 90 * 24 * 3600);

    await storage.set(seen, true, 24 * 3600);
    return { day, count };
}
