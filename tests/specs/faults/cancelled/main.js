async function main() {
    for (;;) await null;
}
