// ends: user
// throws values that are not errors
function main() {
    throw new Proxy(Object.create(null), {get() { throw Symbol('no'); }, ownKeys() { throw null; }});
}
