async function attempt(work) {
    try { return await work(); } catch (error) { return [error.name, error.message, error.code, error.details, error instanceof TypeError]; }
}
async function main() {
    const found = [
        await attempt(() => fetch('https://inside.example/')),
        await attempt(() => fetch('https://slow.example/')),
        await attempt(async () => (await fetch('https://page.example/')).json()),
        await attempt(() => fetch('https://moved.example/', { redirect: 'error' })),
        await attempt(() => fetch('/relative')),
        await attempt(() => fetch()),
        await attempt(() => fetch('https://a.example/', { method: 'POST', body: { a: 1 } })),
        await attempt(() => fetch('https://a.example/', 'options')),
        await attempt(async () => { const response = await fetch('https://page.example/'); response.headers.set('x', 'y'); }),
    ];
    console.log(found);
    await fetch('https://inside.example/');
}
