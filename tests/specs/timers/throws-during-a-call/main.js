// A call in flight is answered before the run ends with the error thrown in the timer.
async function main() {
    setTimeout(() => {
        storage.set('begun', true).then(() => console.log('kept'));
        throw new Error('out of a timer');
    }, 100);
    await utils.sleep(1000);
}
