// A one-off job that processes a list and logs its progress. It stores the finished items, so after a failure
// the next run resumes where this one stopped. Example input: {"items": ["a", "b"], "again": false}.

async function main(input) {
    const items = input?.items ?? ['first', 'second', 'third'];
    const done = input?.again ? [] : (await storage.get('step_by_step')) ?? [];

    for (const [index, item] of items.entries()) {
        if (done.includes(item)) {
            console.info(`${index + 1} of ${items.length}: ${item} already done, skipped`);
            continue;
        }
        await work(item);
        done.push(item);
        await storage.set('step_by_step', done, 7 * 24 * 3600);
        console.log(`${index + 1} of ${items.length}: ${item} done`);
    }
    return { done: done.length };
}

async function work(item) {
    if (item === '') throw new Error('an item has no name');
}
