// The limit also applies to a pattern that takes seconds to compile, as it does to a search.
function main() {
    try {
        return new RegExp('\\p{L}'.repeat(750), 'iu').test('x');
    } catch (error) {
        return 'caught';
    }
}
