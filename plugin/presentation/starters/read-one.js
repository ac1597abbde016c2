// GET /api/scripts/notes/:id answers with one thing, or says that there is none.

async function handleRequest(req) {
    const id = req.params.id;
    if (!/^[a-z0-9-]{1,40}$/.test(id)) {
        return { status: 400, body: { error: 'an id has small letters, digits and dashes' } };
    }
    const note = await storage.get(`note:${id}`);
    if (note === null) {
        return { status: 404, body: { error: `there is no note ${id}` } };
    }
    return { status: 200, body: { id, note, asked_by: context.user?.name ?? null } };
}
