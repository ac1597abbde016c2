function handleRequest(req) {
    return req.path;
}
