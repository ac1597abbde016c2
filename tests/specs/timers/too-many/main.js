async function main() {
    const set = [];
    try {
        for (;;) set.push(setTimeout(() => {}, 100));
    } catch (error) {
        set.forEach(clearTimeout);
        await utils.sleep(10);
        return [set.length, error.code, error.message];
    }
}
