// functions: main
async function main(input) {
    const clients = services.clients.list({ limit: 10 });
    for (const client of clients) console.log(client.name);
    const { id } = services.clients.get(input);
    const [first] = db.findMany("clients");
    if (storage.get("done")) return null;
    const count = storage.get("count") + 1;
    const name = db.findOne("clients", { id }).name;
    const settings = storage.get("settings") || {};
    console.log(http.get("https://example.com"));
    const all = [...services.products.list()];
    const body = JSON.stringify(storage.get("a"));
    const shown = `${utils.template.render("a", {})}`;
    const length = services.orders?.list().length;
    const unused = db.query("SELECT 1");
    return { count, name, settings, all, body, shown, length, first };
}
// found:
// 3:21-3:57 warning AWAIT_MISSING: `services.clients.list` returns a promise, not the value: write `await` before it
// 5:20-5:47 warning AWAIT_MISSING: `services.clients.get` returns a promise, not the value: write `await` before it
// 6:21-6:43 warning AWAIT_MISSING: `db.findMany` returns a promise, not the value: write `await` before it
// 7:9-7:28 warning AWAIT_MISSING: `storage.get` returns a promise, not the value: write `await` before it
// 8:19-8:39 warning AWAIT_MISSING: `storage.get` returns a promise, not the value: write `await` before it
// 9:18-9:47 warning AWAIT_MISSING: `db.findOne` returns a promise, not the value: write `await` before it
// 10:22-10:45 warning AWAIT_MISSING: `storage.get` returns a promise, not the value: write `await` before it
// 11:17-11:48 warning AWAIT_MISSING: `http.get` returns a promise, not the value: write `await` before it
// 12:21-12:45 warning AWAIT_MISSING: `services.products.list` returns a promise, not the value: write `await` before it
// 13:33-13:49 warning AWAIT_MISSING: `storage.get` returns a promise, not the value: write `await` before it
// 14:22-14:52 warning AWAIT_MISSING: `utils.template.render` returns a promise, not the value: write `await` before it
// 15:20-15:43 warning AWAIT_MISSING: `services.orders.list` returns a promise, not the value: write `await` before it
// 16:20-16:40 warning AWAIT_MISSING: `db.query` is not awaited, so the script cannot handle its errors: write `await` before it
