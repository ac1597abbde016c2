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
// 3:5-3:24 warning AWAIT_MISSING: `storage.set` is not awaited, so the script cannot handle its errors: write `await` before it
// 4:5-4:30 warning AWAIT_MISSING: `events.publish` is not awaited, so the script cannot handle its errors: write `await` before it
// 5:5-5:51 warning AWAIT_MISSING: `http.post` is not awaited, so the script cannot handle its errors: write `await` before it
// 6:5-6:42 warning AWAIT_MISSING: `db.insert` is not awaited, so the script cannot handle its errors: write `await` before it
// 7:5-7:48 warning AWAIT_MISSING: `services.notifications.sendSMS` is not awaited, so the script cannot handle its errors: write `await` before it
// 8:5-8:35 warning AWAIT_MISSING: `utils.template.render` is not awaited, so the script cannot handle its errors: write `await` before it
// 9:30-9:57 warning AWAIT_MISSING: `services.clients.delete` is not awaited, so the script cannot handle its errors: write `await` before it, and `async` before the function
// 12:5-12:24 warning AWAIT_MISSING: `storage.delete` is not awaited, so the script cannot handle its errors: write `await` before it, and `async` before the function
