// As any promise that is rejected and that nobody handles.
async function main() {
    setTimeout(async () => { throw new Error('later'); }, 100);
    await utils.sleep(200);
    return 'done';
}
