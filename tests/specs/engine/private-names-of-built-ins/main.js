// A private name on a shared object would still be there in the next run.
const attempt = work => { try { return work(); } catch (error) { return error.message; } };
class Given { constructor(object) { return object; } }
class Method extends Given { #secret() { return 1; } static has(object) { return #secret in object; } }
class Field extends Given { #secret = 2; static has(object) { return #secret in object; } }
function main() {
    return [Array, Math, Object.prototype, JSON.stringify].map(object => [Method, Field].map(kind => [attempt(() => typeof new kind(object)), kind.has(object)]));
}
