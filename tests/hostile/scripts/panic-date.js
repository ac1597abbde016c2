// ends: success | user | internal
// dates at the limits of their range
function main() {
    return [8.64e15, -8.64e15, NaN, 1e300].map(ms => String(new Date(ms)) + new Date(ms).getTimezoneOffset() + new Date(ms).toLocaleString());
}
