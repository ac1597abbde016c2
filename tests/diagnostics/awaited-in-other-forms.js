// functions: main
async function main() {
    const later = services.clients.list();
    const other = storage.get("a");
    storage.get("b").then((value) => console.log(value)).catch(() => {});
    void storage.set("c", 1);
    const both = await Promise.all([later, other, http.get("https://example.com")]);
    const jobs = [];
    for (const id of [1, 2]) jobs.push(services.clients.get(id));
    await Promise.all(jobs);
    const race = db.findOne("clients");
    const first = await Promise.race([race, utils.sleep]);
    const lazy = () => storage.get("d");
    const chosen = both ? services.a.b() : services.a.c();
    const mine = { db: { insert() {} }, storage };
    mine.db.insert();
    {
        const services = { a: { b() {} } };
        services.a.b();
    }
    for await (const page of services.clients.pages()) console.log(page, lazy);
    await chosen;
    const total = (await storage.get("e")) + 1;
    return first ? storage.get("f") : total;
}
// found:
