// GET /api/scripts/notes/:id returns one note, or 404 if it does not exist.

async function handleRequest(req) {
    const id = req.params.id;
    if (!/^[a-z0-9-]{1,40}$/.test(id)) {
        return { status: 400, body: { error: 'the id must be 1 to 40 lowercase letters, digits and dashes' } };
    }
    const note = await storage.get(`note:${id}`);
    if (note === null) {
        return { status: 404, body: { error: `note ${id} not found` } };
    }
    return { status: 200, body: { id, note, asked_by: context.user?.name ?? null } };
}
