function main() {
    return [utils.uuid(), utils.uuid()].every((id) => /^[0-9a-f-]{36}$/.test(id));
}
