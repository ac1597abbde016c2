//! The example ERP as started by `make run`, on SQLite: its scripts use its tables while it uses them itself.

use std::time::Duration;

use iota_scripts_tests::http_client;
use serde_json::{Value, json};

use crate::command::Erp;

async fn ask(erp: &Erp, method: &str, path: &str, body: Option<Value>) -> Value {
    let request = http_client().request(method.parse().expect("a method"), format!("{}{path}", erp.url));
    let request = request.bearer_auth("acme-admin");
    let request = if let Some(body) = body { request.json(&body) } else { request };
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
    answer.json().await.expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_the_erp_use_the_erp_s_tables_concurrently() {
    let erp = Erp::start();
    let source = "async function main() {
        const [{n}] = await db.query('SELECT count(*) AS n FROM clients');
        const monthAgo = utils.date.addDays(utils.date.now(), -30);
        const silent = await db.findMany('clients', {status: 'active', last_activity: {lt: monthAgo}}, {orderBy: 'last_activity'});
        const owed = await db.query('SELECT c.name, sum(i.amount - i.paid) AS owed FROM invoices i \
            JOIN clients c ON c.id = i.client_id WHERE i.due_date < $1 GROUP BY c.name HAVING sum(i.amount - i.paid) > 0', [new Date()]);
        await db.transaction(async tx => {
            for (let i = 0; i < 100; i++)
                await tx.insert('sms_outbox', {id: utils.uuid(), recipient: silent[0].phone ?? '0', message: 'from a script',
                    metadata: {i}, status: 'queued', created_at: utils.date.now()});
        });
        let users;
        try { await db.query('SELECT * FROM users') } catch (error) { users = error.code }
        return {n, silent: silent.length, kind: silent[0].last_activity.constructor.name, owed: owed.length > 0, users};
    }";
    let body = json!({"name": "Texts", "type": "one_off", "content": source, "database_access": "read_write"});
    let script = ask(&erp, "POST", "/scripts/api/v1/scripts", Some(body)).await;
    let path = format!("/scripts/api/v1/scripts/{}/run", script["id"].as_str().expect("an id"));
    let execution = ask(&erp, "POST", &path, Some(json!({}))).await;
    for n in 0..50 {
        ask(&erp, "POST", "/api/sms", Some(json!({"to": "+998901234567", "message": format!("from the ERP {n}")})))
            .await;
    }
    let path = format!("/scripts/api/v1/executions/{}", execution["execution_id"].as_str().expect("an id"));
    let run = loop {
        let run = ask(&erp, "GET", &path, None).await;
        if run["status"] != "running" {
            break run;
        }
    };
    let expected = json!({"n": 240, "silent": 40, "kind": "Date", "owed": true, "users": "SQL_REFUSED"});
    assert_eq!(run["result"], expected, "{run:#}");
    let sms = ask(&erp, "GET", "/api/sms?per_page=500", None).await;
    let sent = |text: &str| {
        let items = sms["items"].as_array().expect("a list");
        items.iter().filter(|sms| sms["message"].as_str().is_some_and(|message| message.starts_with(text))).count()
    };
    assert_eq!((sent("from a script"), sent("from the ERP")), (100, 50));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_of_the_erp_is_lost_when_it_is_killed() {
    const CLIENTS: usize = 30;
    let mut erp = Erp::start();
    let handler = json!({"name": "Welcome", "type": "embedded", "event_patterns": ["client.created"],
                         "content": "function main(event) { return event.id; }"});
    let script = ask(&erp, "POST", "/scripts/api/v1/scripts", Some(handler)).await;
    for n in 0..CLIENTS {
        ask(&erp, "POST", "/api/clients", Some(json!({"name": format!("Client {n}")}))).await;
    }
    // The plugin has probably not received the last ones yet.
    erp.kill_and_start_again();
    let path = format!("/scripts/api/v1/occurrences?script_id={}&per_page=100", script["id"].as_str().expect("an id"));
    let all = async {
        while ask(&erp, "GET", &path, None).await["total"] != CLIENTS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("each event is on record, and once");
}
