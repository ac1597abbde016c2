// Requests to the same partner with the web's functions.
async function main(partner) {
    const answers = [
        await fetch(partner + '/a?x=1', { headers: { 'X-Mine': 'yes' } }),
        await fetch(partner + '/b', { method: 'POST', body: JSON.stringify({ n: 1 }), headers: { 'Content-Type': 'application/json' } }),
        await fetch(new Request(partner + '/c', { method: 'PUT', body: 'text' })),
        await fetch(new URL('/d', partner), { method: 'patch', body: new Uint8Array([97, 98]) }),
        await fetch(partner + '/e', { method: 'DELETE', signal: AbortSignal.timeout(60000) }),
        await fetch(partner + '/f', { method: 'POST', body: new URLSearchParams({ a: 'ё' }) }),
    ];
    const shown = [];
    for (const answer of answers) {
        shown.push([answer.ok, answer.status, answer.statusText, answer.redirected, answer.headers.get('Content-Type'), ...await answer.json()]);
    }
    const controller = new AbortController();
    const ended = fetch(partner + '/never', { signal: controller.signal }).catch((error) => [error.name, error instanceof DOMException]);
    controller.abort();
    return [...shown, await ended, performance.now() > 0];
}
