function handleRequest(req) {
    return { status: 200, body: { hello: req.params.name } };
}
