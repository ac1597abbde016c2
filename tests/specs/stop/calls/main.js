// Calls without a loop.
const count = n => (n < 2 ? 1 : count(n - 1) + count(n - 2));
function main() {
    return count(80);
}
