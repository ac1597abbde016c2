// ends: timeout | user
// spins while its error is read
function main() {
    const error = new Error('x');
    Object.defineProperty(error, 'message', {get() { for (;;); }});
    Object.defineProperty(error, 'name', {get() { for (;;); }});
    throw error;
}
