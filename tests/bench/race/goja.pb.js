// goja, the engine of PocketBase's hooks: runs one kernel as many times as requested through the pipe REQUESTS.
// Everything happens in promises of the loader, whose jobs run once this file has been read.
async function serve() {
    const main = new Function(toString($os.readFile($os.getenv('KERNEL'))) + '\nreturn main')();
    const size = Number($os.getenv('SIZE'));
    console.log('ready');
    for (;;) {
        const calls = Number(toString($os.readFile($os.getenv('REQUESTS'))));
        if (!calls) $os.exit(0);
        const begun = Date.now();
        let result;
        for (let i = 0; i < calls; i++) {
            result = main(size);
            if (result instanceof Promise) result = await result;
        }
        console.log('answer ' + (Date.now() - begun) * 1000 + ' ' + JSON.stringify(result));
    }
}
serve().catch(error => {
    console.log('failed ' + error);
    $os.exit(1);
});
