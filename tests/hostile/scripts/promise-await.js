// ends: timeout
// awaits nothing for ever
async function main() {
    for (;;) await null;
}
