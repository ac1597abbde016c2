// ends: timeout | stack | memory
// resolves to itself, later
async function main() {
    const self = {then(resolve) { resolve(self); }};
    await self;
}
