// functions: main
async function main() {
    await db.transaction(async (tx) => {
        tx.update("clients", { id: 1 }, { name: "Bo" });
        const row = tx.findOne("clients", { id: 1 });
        if (!row) throw new Error("none");
        await tx.delete("orders", { client: row.id });
    });
    db.transaction((tx) => tx.insert("clients", {}));
    const tx = { insert() {} };
    tx.insert();
}
// found:
// 4:9-4:56 warning AWAIT_MISSING: `tx.update` is not awaited, so the script cannot handle its errors: write `await` before it
// 5:21-5:53 warning AWAIT_MISSING: `tx.findOne` returns a promise, not the value: write `await` before it
// 9:5-9:53 warning AWAIT_MISSING: `db.transaction` is not awaited, so the script cannot handle its errors: write `await` before it
