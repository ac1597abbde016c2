// ends: memory | timeout
// clones clones, twice as many each time
function main() {
    let all = [{}];
    for (;;) all = [structuredClone(all), all];
}
