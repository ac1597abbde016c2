// ends: timeout
// reads the clock for ever
function main() {
    const start = Date.now();
    while (Date.now() >= start) new Date().toISOString();
}
