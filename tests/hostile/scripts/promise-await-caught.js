// ends: timeout | stack
// and catches what would end it
async function main() {
    for (;;) {
        try { await Promise.reject(new Error('on')); } catch { await 0; } finally { await 1; }
    }
}
