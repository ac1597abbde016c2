// ends: timeout
// an endless source that is drained
async function main() {
    async function* numbers() { for (let i = 0; ; i++) yield i; }
    for await (const number of numbers());
}
