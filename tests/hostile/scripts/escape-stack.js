// ends: success | user
// reads the host's frames in a stack trace
function main() {
    const stack = new Error('x').stack ?? '';
    if (/\.rs\b|\/home\/|\/root\/|worker/.test(stack)) throw new Error(stack);
    return stack.length;
}
