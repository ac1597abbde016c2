async function attempt(work) {
    try { return await work(); } catch (error) { return [error.name, error.message] ; }
}
async function main() {
    const controller = new AbortController();
    const unused = AbortSignal.timeout(5000);
    const answered = await fetch('https://a.example/', { signal: unused });
    const waiting = fetch('https://slow.example/', { signal: controller.signal });
    controller.abort();
    const found = [
        answered.status,
        await attempt(() => waiting),
        await attempt(() => fetch('https://a.example/', { signal: controller.signal })),
        await attempt(() => fetch('https://slow.example/', { signal: AbortSignal.timeout(20) })),
        await attempt(() => fetch(new Request('https://slow.example/', { signal: AbortSignal.timeout(20) }))),
        await attempt(() => Promise.race([fetch('https://slow.example/', { signal: AbortSignal.any([AbortSignal.timeout(20)]) }), utils.sleep(5000)])),
    ];
    const left = new AbortController();
    fetch('https://slow.example/', { signal: left.signal }).catch(error => console.log('left', error));
    left.abort('done');
    return found;
}
