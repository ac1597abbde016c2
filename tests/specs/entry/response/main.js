async function handleRequest(req) {
    if (req.kind === 'bytes') return new Response(new Uint8Array([255]));
    return Response.json({ id: 1 }, { status: 201, headers: { 'X-A': 'b' } });
}
