// ends: timeout | memory
// a loop that nothing can leave
function main() {
    for (;;) {
        try { return 1; } finally { continue; }
    }
}
