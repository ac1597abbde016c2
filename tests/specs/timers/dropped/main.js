async function main() {
    setTimeout(() => console.log('never'), 5000);
    setInterval(() => console.log('never'), 5000);
    const quick = utils.sleep(100);
    clearTimeout(setTimeout(() => console.log('never'), 5000));
    await quick;
    return 'done';
}
