// ends: success | user | stack | internal | timeout
// reaches the depth limit in an async function
async function main() {
    const down = async n => n ? 1 + await down(n - 1) : 0;
    try { return await down(20000); } catch (error) { return String(error); }
}
