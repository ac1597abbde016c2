async function main() {
    setTimeout(() => { throw new TypeError('out of a timer'); }, 100);
    setTimeout(() => console.log('never'), 200);
    await utils.sleep(1000);
    return 'not reached';
}
