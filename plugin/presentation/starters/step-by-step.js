// A job for once: it works through a list, says how far it is, and can be run again after a failure,
// because it remembers what is done. Run it with an input such as {"items": ["a", "b"], "again": false}.

async function main(input) {
    const items = input?.items ?? ['first', 'second', 'third'];
    const done = input?.again ? [] : (await storage.get('step_by_step')) ?? [];

    for (const [index, item] of items.entries()) {
        if (done.includes(item)) {
            console.info(`${index + 1} of ${items.length}: ${item} was done before`);
            continue;
        }
        await work(item);
        done.push(item);
        await storage.set('step_by_step', done, 7 * 24 * 3600);
        console.log(`${index + 1} of ${items.length}: ${item} is done`);
    }
    return { done: done.length };
}

async function work(item) {
    if (item === '') throw new Error('an item without a name');
}
