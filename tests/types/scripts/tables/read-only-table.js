// errors: 3
async function main() {
    await db.insert("log", { line: "a" });
}
