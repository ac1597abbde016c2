//! The pages without a browser: every page exists, and a rejected form keeps the entered values.

use axum::{body::Body, http::Request};
use iota_scripts_tests::{Reply, Stage, admin, user};
use serde_json::{Value, json};

use crate::world::{in_workers, page};

const SOURCE: &str = "function main() { return 'typed'; }";

async fn get(stage: &Stage, path: &str) -> Reply {
    stage.reply(Request::get(path).extension(admin()).body(Body::empty()).expect("a request")).await
}

/// Sends a form, as a browser without JavaScript does.
async fn post(stage: &Stage, path: &str, fields: &[(&str, &str)]) -> Reply {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded").extension(admin());
    stage.reply(request.body(Body::from(body.join("&"))).expect("a request")).await
}

async fn script(stage: &Stage, body: Value) -> (String, Value) {
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    (script["id"].as_str().expect("an id").to_owned(), script)
}

/// The message at a field.
fn field_message<'a>(page: &'a Reply, field: &str) -> &'a str {
    let place = format!("data-error-for=\"{field}\">");
    let (_, rest) = page.text.split_once(&place).expect("the field is on the page");
    rest.split('<').next().expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_shows_the_data() {
    in_workers(|stage| async move {
        let nightly = json!({"name": "Nightly", "type": "cron", "cron_expression": "0 3 * * *", "content": SOURCE});
        let (id, _) = script(&stage, nightly).await;
        let run = stage.run(&admin(), &id, Value::Null).await;
        let run = run["id"].as_str().expect("an id");
        for (path, words) in [
            ("/scripts".to_owned(), vec!["Nightly", "At 03:00, every day", "Success"]),
            ("/scripts?search=nothing".to_owned(), vec!["No matching results."]),
            ("/scripts/new".to_owned(), vec!["Resumable job", "Partner webhook"]),
            ("/scripts/dashboard".to_owned(), vec!["Nightly", "Latest runs"]),
            ("/scripts/widget".to_owned(), vec!["Nightly", "View logs"]),
            ("/scripts/runs?trigger=api&status=success".to_owned(), vec!["Nightly", "1 entry"]),
            ("/scripts/occurrences?state=missed".to_owned(), vec!["No scheduled runs yet."]),
            ("/scripts/dead-letters".to_owned(), vec!["No failed events."]),
            ("/scripts/http-hosts".to_owned(), vec!["No allowed hosts yet."]),
            ("/scripts/templates".to_owned(), vec!["No templates yet."]),
            (format!("/scripts/{id}"), vec!["Nightly", "typed", "Versions", "Asia/Tashkent"]),
            (format!("/scripts/runs/{run}"), vec!["Nightly", "typed", "Resource usage"]),
        ] {
            let page = get(&stage, &path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            for word in words {
                assert!(page.text.contains(word), "{path} does not contain {word}: {}", page.text);
            }
        }
        assert_eq!(get(&stage, "/scripts/00000000-0000-0000-0000-000000000000").await.status, 404);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_form_shows_errors_and_keeps_its_input() {
    in_workers(|stage| async move {
        let taken = json!({"name": "Taken", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/orders/:id",
                           "content": "function handleRequest() {}"});
        script(&stage, taken).await;
        let (id, _) = script(&stage, json!({"name": "Mine", "type": "one_off", "content": SOURCE})).await;
        let page = format!("/scripts/{id}");
        let cron = ("type", "cron");
        let endpoint = [("type", "endpoint"), ("endpoint_method", "GET")];
        for (fields, field, status, words) in [
            (vec![cron, ("cron_expression", "0 0 30 2 *")], "cron_expression", 422, "never fires"),
            (vec![cron, ("cron_expression", "0 9 * * *"), ("timezone", "Mars/Base")], "timezone", 422, "Mars/Base"),
            ([&endpoint[..], &[("endpoint_path", "/orders/:number")]].concat(), "endpoint_path", 422, "Another script"),
            ([&endpoint[..], &[("endpoint_path", "/a/../b")]].concat(), "endpoint_path", 422, ".."),
            (vec![("type", "one_off"), ("timeout_seconds", "soon")], "timeout_seconds", 422, "not a whole number"),
            (vec![("type", "one_off"), ("name", "Taken")], "name", 422, "Another script already has this name"),
        ] {
            let typed = [("name", "Mine"), ("content", "// typed\n"), ("base_version", "1")];
            let named = fields.iter().any(|(name, _)| *name == "name");
            let all: Vec<_> = typed.into_iter().skip(usize::from(named)).chain(fields.iter().copied()).collect();
            let refused = post(&stage, &page, &all).await;
            assert_eq!(refused.status, status, "{fields:?}: {}", refused.text);
            assert!(field_message(&refused, field).contains(words), "{fields:?}: {}", field_message(&refused, field));
            assert!(refused.text.contains("// typed"), "{fields:?}");
            for (_, value) in &fields {
                assert!(refused.text.contains(value), "{fields:?} lost {value}");
            }
        }
        assert_eq!(stage.api(&admin(), "GET", &page, None).await.expect(200)["version"], 1, "nothing was saved");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_function_is_reported_at_the_source() {
    in_workers(|stage| async move {
        let hook = json!({"name": "Hook", "type": "endpoint", "endpoint_method": "POST", "endpoint_path": "/hook",
                          "content": "function handle() {}"});
        let (id, _) = script(&stage, hook).await;
        let page = get(&stage, &format!("/scripts/{id}")).await;
        assert!(page.text.contains("The source does not define the function handleRequest"), "{}", page.text);
        let fields = [
            ("name", "Hook"),
            ("type", "endpoint"),
            ("endpoint_method", "POST"),
            ("endpoint_path", "/hook"),
            ("content", "function handleRequest() {}"),
            ("base_version", "1"),
        ];
        assert_eq!(post(&stage, &format!("/scripts/{id}"), &fields).await.status, 303);
        assert!(
            !get(&stage, &format!("/scripts/{id}")).await.text.contains("does not define the function handleRequest")
        );
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_saves_are_refused_and_repeated_forms_count_once() {
    in_workers(|stage| async move {
        let new = "00000000-0000-7000-8000-000000000001";
        let create = [("id", new), ("name", "Steps"), ("starter", "step_by_step")];
        for _ in 0..2 {
            let made = post(&stage, "/scripts/new", &create).await;
            assert_eq!((made.status, made.header("location")), (303, format!("/scripts/{new}").as_str()));
        }
        let page = format!("/scripts/{new}");
        let save = |content: &'static str| {
            [("name", "Steps"), ("type", "one_off"), ("base_version", "1"), ("content", content)]
        };
        for _ in 0..2 {
            assert_eq!(post(&stage, &page, &save("function main() { return 1; }")).await.status, 303);
        }
        let stale = post(&stage, &page, &save("// mine")).await;
        assert_eq!(stale.status, 409);
        assert!(
            stale.text.contains("Someone else saved version 2") && stale.text.contains("// mine"),
            "{}",
            stale.text
        );

        post(&stage, &format!("{page}/activate"), &[]).await;
        let (run, later) = ("00000000-0000-7000-8000-000000000002", "00000000-0000-7000-8000-000000000003");
        for _ in 0..2 {
            let started = post(&stage, &format!("{page}/run"), &[("run_id", run), ("input", "{}"), ("at", "")]).await;
            assert_eq!((started.status, started.header("location")), (303, format!("/scripts/runs/{run}").as_str()));
            let form = [("run_id", later), ("input", "{}"), ("at", &in_a_week())];
            assert_eq!(post(&stage, &format!("{page}/run"), &form).await.status, 303);
        }
        let total = async |path: &str| stage.api(&admin(), "GET", path, None).await.expect(200)["total"].clone();
        assert_eq!([total("/scripts").await, total("/executions").await, total("/occurrences").await], [1, 1, 1]);
        for _ in 0..2 {
            assert_eq!(post(&stage, &format!("{page}/delete"), &[]).await.header("location"), "/scripts?done=deleted");
        }
        stage.stop().await;
    })
    .await;
}

/// In the format of a form's time field.
fn in_a_week() -> String {
    use iota_scripts_domain::{Clock as _, SystemClock};
    let then = SystemClock.now().plus(std::time::Duration::from_secs(7 * 86_400)).to_string();
    then[..16].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_saved_by_language_and_deleted() {
    in_workers(|stage| async move {
        let typed = [("name", "bad name"), ("locale", "Russian"), ("body", "Привет, {{ name }}!")];
        let refused = post(&stage, "/scripts/templates", &typed).await;
        assert_eq!(refused.status, 422);
        assert!(field_message(&refused, "name").contains("letters") && field_message(&refused, "locale").contains("ru-RU"));
        assert!(refused.text.contains("Привет, {{ name }}!"), "{}", refused.text);

        let typed = [("name", "hello.html"), ("locale", ""), ("body", "Hello\n{{ name")];
        let refused = post(&stage, "/scripts/templates", &typed).await;
        assert_eq!(refused.status, 422);
        assert!(field_message(&refused, "body").contains("line 2: syntax error"), "{}", refused.text);
        assert!(refused.text.contains("Hello\n{{ name"), "{}", refused.text);

        for (locale, body) in [("RU", "Привет, {{ name }}!"), ("", "<p>{{ name }}</p>")] {
            let form = [("name", "hello.html"), ("locale", locale), ("body", body)];
            assert_eq!(post(&stage, "/scripts/templates", &form).await.status, 303);
        }
        let list = get(&stage, "/scripts/templates?done=template_saved").await;
        for word in ["hello.html", "locale=ru", "any (fallback)", "Template saved."] {
            assert!(list.text.contains(word), "{word}: {}", list.text);
        }
        let form = get(&stage, "/scripts/templates/edit?name=hello.html&locale=ru").await;
        assert!(form.text.contains("Привет, {{ name }}!"), "{}", form.text);

        let source = "async function main(locale) { return utils.template.render('hello.html', { name: '<Ada>' }, { locale }); }";
        let id = stage.script(&admin(), "greets", "one_off", source).await;
        assert_eq!(stage.run(&admin(), &id, json!("ru-RU")).await["result"], "Привет, &lt;Ada&gt;!");
        assert_eq!(stage.run(&admin(), &id, json!("de")).await["result"], "<p>&lt;Ada&gt;</p>");

        let gone = post(&stage, "/scripts/templates/remove", &[("name", "hello.html"), ("locale", "ru")]).await;
        assert_eq!(gone.status, 303);
        assert_eq!(get(&stage, "/scripts/templates/edit?name=hello.html&locale=ru").await.status, 404);
        assert_eq!(stage.run(&admin(), &id, json!("ru-RU")).await["result"], "<p>&lt;Ada&gt;</p>");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_pages_are_not_cached() {
    in_workers(|stage| async move {
        let id = stage.script(&admin(), "Report", "one_off", "function main() {}").await;
        let api = "/scripts/api/v1";
        for path in [
            "/scripts".to_owned(),
            format!("/scripts/{id}"),
            "/scripts/nowhere/at-all".to_owned(),
            format!("{api}/scripts/{id}"),
            format!("{api}/executions"),
            format!("{api}/types.d.ts"),
            format!("{api}/openapi.json"),
            format!("{api}/nothing"),
        ] {
            let shown = page(&stage, &admin(), &path).await;
            assert_eq!(shown.header("cache-control"), "no-store", "{path}");
            let refused = page(&stage, &user("acme", "nobody", &[]), &path).await;
            assert_eq!(refused.header("cache-control"), "no-store", "{path}, refused");
        }
        stage.stop().await;
    })
    .await;
}
