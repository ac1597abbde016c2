// ends: stack | memory | timeout | user | success
// toJSON that returns a new object each time
function main() {
    const again = () => ({toJSON: () => [again()]});
    return JSON.stringify(again());
}
