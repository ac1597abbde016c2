// A loop that never ends is ended by its processor time, with its line.
function main() {
    let rounds = 0;
    while (true) rounds++;
}
