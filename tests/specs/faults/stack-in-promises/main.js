async function again() {
    return await again();
}
function main() {
    return again();
}
