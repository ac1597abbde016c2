const type = 1, as = 2, satisfies = 3, declare = 4, abstract = 5, namespace = 6, readonly = 7;
const o = { type, as, get: 1, set: 2, static: 3, of: type < as, is: (type) > as };
function main() { return { ...o, list: [satisfies, declare, abstract, namespace, readonly] }; }
