async function main() {
    const first = await fetch('https://a.example/json#part', { headers: new Headers({ Accept: 'application/json' }) });
    const data = first.clone();
    const moved = await fetch(new URL('https://a.example/old'), { method: 'POST', body: 'text' });
    const bytes = await fetch(new Request('https://a.example/png', { method: 'PUT', body: new Uint8Array([0, 255]) }));
    const gone = await fetch('https://a.example/gone', { method: 'delete', redirect: 'manual' });
    console.log(first, first.headers, new Request('https://a.example/'));
    return {
        first: [first.ok, first.status, first.statusText, first.url, first.redirected, first.type, first.headers.get('Content-Type'), first.headers.getSetCookie()],
        data: [await data.json(), await first.text(), first.bodyUsed],
        moved: [moved.url, moved.redirected, await moved.text()],
        bytes: [await bytes.clone().bytes(), await bytes.text()],
        gone: [gone.ok, gone.status, gone.headers.get('location'), await gone.text()],
        kind: [first instanceof Response, first.headers instanceof Headers],
    };
}
