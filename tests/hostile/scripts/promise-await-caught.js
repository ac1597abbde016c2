// ends: timeout | stack
// awaits for ever, and catches the fault that ends it
async function main() {
    for (;;) {
        try { await Promise.reject(new Error('on')); } catch { await 0; } finally { await 1; }
    }
}
