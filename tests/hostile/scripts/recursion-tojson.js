// ends: stack | memory | timeout | user | success
// toJSON that makes ever new objects
function main() {
    const again = () => ({toJSON: () => [again()]});
    return JSON.stringify(again());
}
