// errors: none
interface Totals { [client: string]: number }

export async function main(input: { since: string }): Promise<Totals> {
    const totals: Totals = {};
    const clients = await db.findMany("clients", { active: true, since: { gte: input.since }, balance: { gt: 5 } }, {
        columns: ["id", "name"], orderBy: [{ name: "asc" }, "id desc"], limit: 10, offset: 5 });
    for (const client of clients) {
        const orders = await db.findMany("orders", { client_id: client.id, total: { between: [1, 2n] } });
        totals[client.name ?? ""] = orders.reduce((sum, order) => sum + (order.total ?? 0), 0);
    }
    await db.transaction(async (tx) => {
        const row = await tx.insert("orders", { id: 5, client_id: 1, total: 3n, code: "a" });
        const rows = await tx.insert("orders", [{ id: 6, client_id: 1, total: 1, code: "b" }]);
        await tx.update("clients", { id: row.client_id }, { since: new Date(), extra: { any: [1] }, photo: new Uint8Array(2) });
        return rows.length + (await tx.delete("orders", { id: { notIn: [1] } }));
    });
    const [raw] = await db.query("SELECT 1 AS one WHERE $1", [true]);
    await storage.set("totals", totals, 60);
    console.info(raw.one, context.script.type === "cron", utils.date.now());
    return totals;
}
export const entry: iota.Entry = main;
