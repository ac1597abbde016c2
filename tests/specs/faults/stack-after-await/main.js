const again = (n) => again(n + 1) + 1;
async function main() {
    await null;
    return again(0);
}
