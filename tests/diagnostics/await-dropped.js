// functions: main
async function main() {
    storage.set("a", 1);
    events.publish("a.b", {});
    http.post("https://example.com", { json: {} });
    db.insert("clients", { name: "Ann" });
    services.notifications.sendSMS({ to: "1" });
    utils.template.render("a", {});
    [1, 2].forEach((id) => { services.clients.delete(id); });
}
function helper() {
    storage.delete("a");
}
// found:
// 3:5-3:24 warning AWAIT_MISSING: nobody waits for `storage.set`, nor hears of its errors: write `await` before it
// 4:5-4:30 warning AWAIT_MISSING: nobody waits for `events.publish`, nor hears of its errors: write `await` before it
// 5:5-5:51 warning AWAIT_MISSING: nobody waits for `http.post`, nor hears of its errors: write `await` before it
// 6:5-6:42 warning AWAIT_MISSING: nobody waits for `db.insert`, nor hears of its errors: write `await` before it
// 7:5-7:48 warning AWAIT_MISSING: nobody waits for `services.notifications.sendSMS`, nor hears of its errors: write `await` before it
// 8:5-8:35 warning AWAIT_MISSING: nobody waits for `utils.template.render`, nor hears of its errors: write `await` before it
// 9:30-9:57 warning AWAIT_MISSING: nobody waits for `services.clients.delete`, nor hears of its errors: write `await` before it, and `async` before the function
// 12:5-12:24 warning AWAIT_MISSING: nobody waits for `storage.delete`, nor hears of its errors: write `await` before it, and `async` before the function
