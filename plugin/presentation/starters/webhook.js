// POST /api/scripts/hooks/partner receives messages from a partner who signs them with a shared secret.
// A public endpoint is open to anyone: verify the signature before using anything from the request.
// Store the secret once: await storage.set('partner_secret', '…').

async function handleRequest(req) {
    const secret = await storage.get('partner_secret');
    if (!secret) throw new Error("storage has no 'partner_secret': set it before the partner's first message");
    const expected = utils.crypto.hmac(req.rawBody ?? '', secret);
    if (!utils.crypto.equal(expected, req.headers['x-signature'] ?? '')) {
        console.warn('invalid signature from', req.ip);
        return { status: 401, body: { error: 'invalid signature' } };
    }
    const message = req.body;
    if (await storage.get(`partner:${message.id}`)) {
        return { status: 200, body: { accepted: false, reason: 'duplicate' } };
    }
    await storage.set(`partner:${message.id}`, true, 30 * 24 * 3600);
    await events.publish('partner.message', message);
    return { status: 202, body: { accepted: true } };
}
