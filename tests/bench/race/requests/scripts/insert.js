async function handleRequest(req) {
    const { recipient, message } = req.body;
    const row = { id: utils.uuid(), recipient, message, metadata: {}, status: 'queued', created_at: utils.date.now() };
    return { status: 201, body: await db.insert('sms_outbox', row) };
}
