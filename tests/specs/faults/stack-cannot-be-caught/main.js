async function main() {
    try {
        (function again() { again(); })();
    } catch (error) {
        return 'caught';
    } finally {
        console.log('finally');
    }
}
