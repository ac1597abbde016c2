// ends: user
// an argument that contains itself
async function main() {
    const self = {}; self.self = self; return await services.echo.same(self);
}
