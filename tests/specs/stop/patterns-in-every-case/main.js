// A pattern that takes seconds to compile is asked on the way, as a search is.
function main() {
    try {
        return new RegExp('\\p{L}'.repeat(750), 'iu').test('x');
    } catch (error) {
        return 'caught';
    }
}
