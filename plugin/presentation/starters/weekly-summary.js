// Every Monday morning: summarizes what happened since the last summary and stores the text.
// Replace collect() with calls to your application's services: type "services." to list them.

async function main() {
    const last = await storage.get('weekly_summary');
    const since = last ? new Date(last.at) : utils.date.addDays(utils.date.now(), -7);
    console.log('Collecting figures since', utils.date.format(since, 'YYYY-MM-DD HH:mm'));

    const figures = await collect(since);
    const text = await utils.template.render(
        'Week to {{ day }}: {{ total }} in total{% if best %}, best: {{ best }}{% endif %}.',
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
