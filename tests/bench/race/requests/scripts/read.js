async function handleRequest(req) {
    const client = await db.findOne('clients', { id: req.params.id });
    return client ? { status: 200, body: client } : { status: 404, body: { error: 'no such client' } };
}
