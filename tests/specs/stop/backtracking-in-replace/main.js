// Backtracking in a method that would continue with a partial result.
function main() {
    try {
        return ('a'.repeat(60) + '!').replace(/^(?:(a+)+)(?=\1)b$/g, () => 'x').split(/(?=(a+)+b)/).length;
    } catch (error) {
        return 'caught';
    }
}
