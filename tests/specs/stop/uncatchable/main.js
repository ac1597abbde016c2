// No `catch`, `finally`, iterator or promise can catch the end.
const seen = [];
function* forever() {
    try {
        while (true) yield 1;
    } finally {
        seen.push('closed');
        console.log('closed');
    }
}
async function main() {
    try {
        for (const one of forever()) seen.length = one;
    } catch (error) {
        console.log('caught', error);
        return 'caught';
    } finally {
        console.log('finally');
    }
    return 'went on';
}
