// Like any unhandled rejection of a promise.
async function main() {
    setTimeout(async () => { throw new Error('later'); }, 100);
    await utils.sleep(200);
    return 'done';
}
