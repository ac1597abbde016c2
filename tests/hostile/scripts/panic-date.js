// ends: success | user | internal
// moments at the end of time
function main() {
    return [8.64e15, -8.64e15, NaN, 1e300].map(ms => String(new Date(ms)) + new Date(ms).getTimezoneOffset() + new Date(ms).toLocaleString());
}
