// The same in a method that would go on with what it got.
function main() {
    try {
        return ('a'.repeat(60) + '!').replace(/^(?:(a+)+)(?=\1)b$/g, () => 'x').split(/(?=(a+)+b)/).length;
    } catch (error) {
        return 'caught';
    }
}
