// A run that spins is cancelled.
function main() {
    try {
        for (;;);
    } finally {
        console.log('finally');
    }
}
