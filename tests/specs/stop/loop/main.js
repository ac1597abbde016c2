// An endless loop ends at its CPU time limit; the fault has its line.
function main() {
    let rounds = 0;
    while (true) rounds++;
}
