//! The JSON API: scripts and versions, permissions, tenants, invalid input.

use axum::body::Body;
use iota_scripts_tests::{admin, user};
use serde_json::json;

use crate::world::in_workers;

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_a_script_is_a_version_and_an_event() {
    in_workers(|stage| async move {
        let ann = admin();
        let body = json!({"name": "Report", "description": "Sums", "type": "cron", "cron_expression": "0 9 * * *",
                          "timezone": "Asia/Tashkent", "content": "function main() { return 1 }"});
        let script = stage.api(&ann, "POST", "/scripts", Some(body.clone())).await.expect(201);
        let path = format!("/scripts/{}", script["id"].as_str().unwrap());
        assert_eq!((&script["version"], &script["is_active"]), (&json!(1), &json!(true)));
        assert_eq!(stage.api(&ann, "GET", &path, None).await.expect(200), script);

        let mut change = body.clone();
        change["content"] = json!("function main() { return 2 }");
        change["base_version"] = json!(1);
        let second = stage.api(&ann, "PUT", &path, Some(change.clone())).await.expect(200);
        assert_eq!(second["version"], 2);
        // A repeated request is saved once; a different one based on the old version is refused.
        assert_eq!(stage.api(&ann, "PUT", &path, Some(change.clone())).await.expect(200)["version"], 2);
        change["content"] = json!("function main() { return 3 }");
        let stale = stage.api(&ann, "PUT", &path, Some(change)).await.expect(409);
        assert_eq!(stale["error"]["code"], "VERSION_CONFLICT");
        assert_eq!(stale["error"]["details"]["current_version"], 2);

        let off = stage.api(&ann, "POST", &format!("{path}/deactivate"), None).await.expect(200);
        assert_eq!((&off["version"], &off["is_active"]), (&json!(3), &json!(false)));
        stage.api(&ann, "POST", &format!("{path}/activate"), None).await.expect(200);
        let restored = stage.api(&ann, "POST", &format!("{path}/versions/1/restore"), None).await.expect(200);
        assert_eq!(restored["content"], script["content"]);

        let versions = stage.api(&ann, "GET", &format!("{path}/versions?per_page=2"), None).await.expect(200);
        assert_eq!((&versions["total"], &versions["items"][0]["version"]), (&json!(5), &json!(5)));
        let first = stage.api(&ann, "GET", &format!("{path}/versions/1"), None).await.expect(200);
        assert_eq!(first["content"], script["content"]);

        assert_eq!(stage.api(&ann, "DELETE", &path, None).await.status, 204);
        stage.api(&ann, "GET", &path, None).await.expect(404);
        stage.host.event(|event| event.kind == "scripts.script.deleted").await;
        let updated = "scripts.script.updated";
        let types = stage.host.event_types();
        assert_eq!(types, ["scripts.script.created", updated, updated, updated, updated, "scripts.script.deleted"]);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged() {
    in_workers(|stage| async move {
        let ann = admin();
        for name in ["alpha", "beta", "gamma"] {
            stage.script(&ann, name, "embedded", "function main() {}").await;
        }
        stage.script(&ann, "once", "one_off", "function main() {}").await;
        let list = |query: &'static str| stage.api(&ann, "GET", query, None);
        let page = list("/scripts?type=embedded&per_page=2&page=2").await.expect(200);
        assert_eq!((&page["total"], &page["items"][0]["name"]), (&json!(3), &json!("gamma")));
        assert_eq!(list("/scripts?search=ET").await.expect(200)["items"][0]["name"], "beta");
        assert_eq!(list("/scripts?is_active=false").await.expect(200)["total"], 0);
        assert_eq!(list("/scripts?type=weekly").await.expect(422)["error"]["field"], "type");
        assert_eq!(list("/executions?status=done").await.expect(422)["error"]["field"], "status");
        assert_eq!(list("/executions?from=yesterday").await.expect(422)["error"]["field"], "from");

        let ask = async |query: String| stage.api(&ann, "GET", &query, None).await;
        let first = ask("/scripts?type=embedded&per_page=2".into()).await.expect(200);
        assert_eq!((&first["total_is_capped"], first.get("previous")), (&json!(false), None));
        let next = first["next"].as_str().expect("a cursor");
        let second = ask(format!("/scripts?type=embedded&per_page=2&after={next}")).await.expect(200);
        assert_eq!(
            (&second["items"][0]["name"], second.get("next"), second.get("page")),
            (&json!("gamma"), None, None)
        );
        let previous = second["previous"].as_str().expect("a cursor");
        let back = ask(format!("/scripts?type=embedded&per_page=2&before={previous}")).await.expect(200);
        assert_eq!(back["items"], first["items"]);
        for list in ["/scripts", "/executions", "/occurrences", "/dead-letters"] {
            for (side, other) in [("after", "before"), ("before", "after")] {
                let refused = ask(format!("{list}?{side}=elsewhere")).await.expect(422);
                assert_eq!(
                    (&refused["error"]["code"], &refused["error"]["field"]),
                    (&json!("VALIDATION_FAILED"), &json!(side))
                );
                assert!(
                    refused["error"]["message"].as_str().expect("a sentence").contains("not a cursor"),
                    "{refused}"
                );
                ask(format!("{list}?{side}={next}&{other}={next}")).await.expect(422);
            }
            assert_eq!(ask(format!("{list}?page=100000")).await.expect(422)["error"]["field"], "page");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_permissions_are_403_other_tenants_ids_404() {
    in_workers(|stage| async move {
        let (ann, viewer) = (admin(), user("acme", "vera", &["scripts.read"]));
        let other = user("globex", "gus", &iota_scripts_tests::ALL);
        let id = stage.script(&ann, "Report", "one_off", "function main() {}").await;
        let path = format!("/scripts/{id}");
        let change = json!({"name": "X", "type": "one_off", "content": "1", "base_version": 1});
        for (method, path, body) in [
            ("POST", "/scripts".to_owned(), Some(change.clone())),
            ("PUT", path.clone(), Some(change.clone())),
            ("POST", format!("{path}/deactivate"), None),
            ("POST", format!("{path}/run"), None),
            ("DELETE", path.clone(), None),
        ] {
            let refused = stage.api(&viewer, method, &path, body).await.expect(403);
            assert_eq!(refused["error"]["code"], "FORBIDDEN", "{method} {path}");
        }
        for (method, path, body) in [
            ("GET", path.clone(), None),
            ("PUT", path.clone(), Some(change)),
            ("POST", format!("{path}/run"), None),
            ("GET", format!("{path}/versions"), None),
            ("DELETE", path.clone(), None),
        ] {
            stage.api(&other, method, &path, body).await.expect(404);
        }
        assert_eq!(stage.api(&ann, "GET", &path, None).await.expect(200)["version"], 1);
        assert_eq!(stage.api(&other, "GET", "/scripts", None).await.expect(200)["total"], 0);
        let endpoint = json!({"name": "E", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/e",
                              "content": "function handleRequest() {}"});
        let author = user("acme", "art", &["scripts.create", "scripts.read"]);
        let refused = stage.api(&author, "POST", "/scripts", Some(endpoint)).await.expect(403);
        assert_eq!(refused["error"]["details"]["permission"], "scripts.manage_endpoints");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_named() {
    in_workers(|stage| async move {
        let ann = admin();
        let post = |body: &'static str| stage.send(Some(&ann), "POST", "/scripts", Body::from(body));
        assert_eq!(post("{").await.expect(400)["error"]["code"], "INVALID_REQUEST");
        let shape = post(r#"{"name": 7}"#).await.expect(422);
        assert_eq!((&shape["error"]["field"], &shape["error"]["code"]), (&json!("name"), &json!("VALIDATION_FAILED")));
        let fields = post(r#"{"name": "", "type": "cron", "content": ""}"#).await.expect(422);
        assert_eq!(fields["error"]["details"]["fields"].as_array().map(Vec::len), Some(3));
        let unknown = post(r#"{"name": "x", "type": "one_off", "content": "1", "colour": 1}"#).await.expect(422);
        assert!(unknown["error"]["message"].as_str().unwrap().contains("colour"));
        let big = stage.send(Some(&ann), "POST", "/scripts", Body::from("x".repeat(2 << 20))).await;
        assert_eq!(big.expect(413)["error"]["code"], "TOO_LARGE");
        assert_eq!(stage.send(None, "GET", "/scripts", Body::empty()).await.status, 401);
        stage.api(&ann, "GET", "/scripts/not-an-id", None).await.expect(404);
        stage.api(&ann, "GET", "/nothing", None).await.expect(404);
        assert_eq!(stage.api(&ann, "PATCH", "/scripts", None).await.status, 405);
        assert_eq!(stage.api(&ann, "GET", "/scripts", None).await.expect(200)["total"], 0);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_request_can_read_but_not_change() {
    in_workers(|stage| async move {
        let facts = |ok| iota_scripts_host::RequestFacts { csrf_ok: Some(ok), ..Default::default() };
        let body = json!({"name": "x", "type": "one_off", "content": "function main() {}"});
        let refused = stage.api_with(&admin(), facts(false), "POST", "/scripts", Some(body.clone())).await.expect(403);
        assert_eq!(refused["error"]["code"], "FORBIDDEN");
        assert_eq!(stage.api_with(&admin(), facts(false), "GET", "/scripts", None).await.expect(200)["total"], 0);
        stage.api_with(&admin(), facts(true), "POST", "/scripts", Some(body)).await.expect(201);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_have_the_positions_in_the_author_s_source() {
    in_workers(|stage| async move {
        let source = json!({"content": "function main() {\n  return 1 +;\n}"});
        let checked = stage.api(&admin(), "POST", "/check", Some(source)).await.expect(200);
        let found = &checked["diagnostics"][0];
        assert_eq!((&found["line"], &found["source_line"]), (&json!(2), &json!("  return 1 +;")));
        assert_eq!(found["severity"], "error");
        let fine = json!({"content": "async function main() { await 1 }"});
        let checked = stage.api(&admin(), "POST", "/check", Some(fine)).await.expect(200);
        assert_eq!(checked["diagnostics"], json!([]));
        let missing = async |kind: &str, name: &str, content: &str| {
            let source = json!({"content": content, "type": kind, "name": name});
            stage.api(&admin(), "POST", "/check", Some(source)).await.expect(200)["missing_function"].clone()
        };
        assert_eq!(missing("endpoint", "x", "function main() {}").await, "handleRequest");
        assert_eq!(missing("embedded", "validate_order", "const a = 1").await, "validateOrder / main");
        assert_eq!(missing("cron", "x", "async function main() {}").await, json!(null));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_describes_every_route() {
    in_workers(|stage| async move {
        let document = stage.api(&admin(), "GET", "/openapi.json", None).await.expect(200);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
        insta::assert_json_snapshot!("openapi_paths", paths);
        stage.stop().await;
    })
    .await;
}
