// POST /api/scripts/hooks/partner takes messages of a partner who signs them with a shared secret.
// Everyone can reach a public endpoint: nothing counts before the signature is right.
// Put the secret into storage once: await storage.set('partner_secret', '…').

async function handleRequest(req) {
    const secret = await storage.get('partner_secret');
    if (!secret) throw new Error("storage has no partner_secret: put it there once, before the partner's first message");
    const expected = utils.crypto.hmac(req.rawBody ?? '', secret);
    if (!utils.crypto.equal(expected, req.headers['x-signature'] ?? '')) {
        console.warn('a message with a wrong signature from', req.ip);
        return { status: 401, body: { error: 'the signature is wrong' } };
    }
    const message = req.body;
    if (await storage.get(`partner:${message.id}`)) {
        return { status: 200, body: { taken: false, reason: 'known already' } };
    }
    await storage.set(`partner:${message.id}`, true, 30 * 24 * 3600);
    await events.publish('partner.message', message);
    return { status: 202, body: { taken: true } };
}
