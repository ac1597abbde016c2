// Private names cannot be added to the globals of a run, which the next run may share. Objects that the script froze itself accept them.
const attempt = work => { try { return work(); } catch (error) { return error.message; } };
class Given { constructor(object) { return object; } }
class Method extends Given { #secret() { return 1; } static has(object) { return #secret in object; } }
class Field extends Given { #secret = 2; static has(object) { return #secret in object; } }
const tag = strings => strings;
const site = () => tag`one ${1} two`;
function main() {
    const targets = { globalThis, context, tenant: context.tenant, services, orders: services.orders, find: services.orders.find };
    const own = { template: site(), raw: site().raw, frozen: Object.freeze({}), copy: Object.freeze({ ...context }) };
    const tried = targets => Object.entries(targets).map(([name, object]) => [name, ...[Method, Field].map(kind => [attempt(() => typeof new kind(object)), kind.has(object)])]);
    return [tried(targets), tried(own), site() === site()];
}
