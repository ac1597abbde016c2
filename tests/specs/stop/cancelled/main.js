// Somebody cancels a run that spins.
function main() {
    try {
        for (;;);
    } finally {
        console.log('finally');
    }
}
