// Every Monday morning: what happened since the last summary, kept for whoever asks.
// Replace collect() by the services of your application: type "services." to see them.

async function main() {
    const last = await storage.get('weekly_summary');
    const since = last ? new Date(last.at) : utils.date.addDays(utils.date.now(), -7);
    console.log('Looking at everything since', utils.date.format(since, 'YYYY-MM-DD HH:mm'));

    const figures = await collect(since);
    const text = await utils.template.render(
        'Week to {{ day }}: {{ total }} in all{% if best %}, the best was {{ best }}{% endif %}.',
        { day: utils.date.format(utils.date.now(), 'DD MMM'), total: figures.total, best: figures.best },
    );
    console.log(text);

    await storage.set('weekly_summary', { at: utils.date.now().toISOString(), text });
    await events.publish('summary.ready', { text });
    return { text };
}

async function collect(since) {
    const entries = [
        { name: 'North', amount: 120 },
        { name: 'South', amount: 80 },
    ];
    const best = entries.reduce((one, other) => (other.amount > one.amount ? other : one));
    return { since: since.toISOString(), total: entries.reduce((sum, entry) => sum + entry.amount, 0), best: best.name };
}
