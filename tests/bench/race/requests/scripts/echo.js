function handleRequest(req) {
    return { status: 200, body: req.body };
}
