// ends: success | user | timeout | memory
// calls without waiting
function main() {
    const calls = [];
    for (let i = 0; i < 100000; i++) calls.push(services.echo.same(i).catch(error => error.code));
    return Promise.all(calls).then(all => all.length);
}
