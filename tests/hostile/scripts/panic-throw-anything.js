// ends: user
// throws what is no error
function main() {
    throw new Proxy(Object.create(null), {get() { throw Symbol('no'); }, ownKeys() { throw null; }});
}
