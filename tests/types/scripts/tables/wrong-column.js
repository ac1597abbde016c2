// errors: 3
async function main() {
    return db.findMany("clients", { nmae: "Ann" }, { orderBy: "name", limit: 3 });
}
