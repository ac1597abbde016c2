// A call that is under way is answered before the run ends with what the timer threw.
async function main() {
    setTimeout(() => {
        storage.set('begun', true).then(() => console.log('kept'));
        throw new Error('out of a timer');
    }, 100);
    await utils.sleep(1000);
}
