async function attempt(work) {
    try { return await work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
async function main() {
    const request = new Request('https://a.example/x#part', { method: 'post', body: new URLSearchParams({ a: 'ё', b: 1 }), headers: { 'X-A': '1' } });
    const copy = request.clone();
    const taken = new Request(request, { headers: { 'X-B': '2' } });
    const bytes = new Uint8Array([0, 104, 105, 1]).subarray(1, 3);
    const response = new Response('{"n": 1}', { status: 201, statusText: 'Made', headers: { 'X-A': '1' } });
    const twice = response.clone();
    const made = Response.json({ a: [1] }, { status: 422 });
    const read = async message => [await message.text(), message.bodyUsed];
    return {
        request: [request.method, request.url, [...request.headers], request.redirect, request.signal.aborted, request.body, request.bodyUsed],
        copy: await read(copy), taken: [[...taken.headers], await read(taken)],
        bytes: [await new Request('https://a.example', { method: 'PUT', body: bytes }).text(), await new Response(bytes.buffer).bytes()],
        response: [response.status, response.ok, response.statusText, response.type, response.url, response.redirected, [...response.headers]],
        json: [await response.json(), await read(twice), response.bodyUsed, response.body],
        made: [made.status, made.ok, made.headers.get('content-type'), await made.text()],
        empty: [await new Response().text(), await new Response(null).bytes(), new Response().bodyUsed, new Response().headers.get('content-type')],
        error: [Response.error().type, Response.error().status], redirect: [Response.redirect('https://b.example').status, Response.redirect('/x', 308).headers.get('location')],
        buffer: [...new Uint8Array(await new Response('Ж').arrayBuffer())],
        kind: [response instanceof Response, Object.prototype.toString.call(request)],
        refused: [
            await attempt(() => response.text()), await attempt(() => response.clone()), await attempt(() => new Response('x', { status: 204 })),
            await attempt(() => new Response('x', { status: 99 })), await attempt(() => new Response({ a: 1 })), await attempt(() => new Response('x').blob()),
            await attempt(() => new Request('/relative')), await attempt(() => new Request('https://a.example', { body: 'x' })),
            await attempt(() => new Request('https://a.example', { method: 'TRACE' })), await attempt(() => new Request('https://a.example', { redirect: 'x' })),
            await attempt(() => new Request('https://a.example', { signal: {} })), await attempt(() => new Request(request)), await attempt(() => new Request()),
            await attempt(() => Response.json(undefined)), await attempt(() => new Response('<p>').json()), await attempt(() => new Response(new Uint8Array([255])).json()),
            await attempt(() => Response()),
        ],
    };
}
