// functions: main
function main() {
    const uuid = utils.uuid;
    return [utils.uuid(), uuid()];
}
// found:
// 4:13-4:23 hint DEPRECATED_API: `utils.uuid` is deprecated since version 2 of the API: use `crypto.randomUUID()`
