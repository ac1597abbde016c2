//! Signing in, and the CSRF protection of sessions.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::Running;
use crate::running::browser;

/// The CSRF token of a page's form.
pub(crate) fn csrf_of(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"csrf_token\" value=\"").expect("a form with a token");
    rest.split('"').next().unwrap().to_owned()
}

/// A browser that has signed in.
pub(crate) async fn signed_in(running: &Running, email: &str, password: &str) -> Client {
    let browser = browser();
    let page = browser.get(format!("{}/login", running.base)).send().await.unwrap().text().await.unwrap();
    let form = [("csrf_token", csrf_of(&page)), ("email", email.to_owned()), ("password", password.to_owned())];
    let answer = browser.post(format!("{}/login", running.base)).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    browser
}

#[tokio::test]
async fn a_password_opens_a_session_and_signing_out_ends_it() {
    let running = Running::start().await;
    let browser = signed_in(&running, "admin@acme.localhost", "acme-admin").await;
    let home = browser.get(&running.base).send().await.unwrap();
    assert_eq!(home.status(), StatusCode::OK);
    let html = home.text().await.unwrap();
    assert!(html.contains("Acme Savdo") && html.contains("Dilnoza Karimova"));

    let form = [("csrf_token", csrf_of(&html))];
    let out = browser.post(format!("{}/logout", running.base)).form(&form).send().await.unwrap();
    assert_eq!(out.headers()["location"], "/login");
    assert_eq!(browser.get(&running.base).send().await.unwrap().status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_session_cookie_is_http_only_and_same_site() {
    let running = Running::start().await;
    let browser = browser();
    let page = browser.get(format!("{}/login", running.base)).send().await.unwrap().text().await.unwrap();
    let token = csrf_of(&page);
    let form = [("csrf_token", token.as_str()), ("email", "admin@acme.localhost"), ("password", "acme-admin")];
    let answer = browser.post(format!("{}/login", running.base)).form(&form).send().await.unwrap();
    let cookie = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookie.filter(|line| line.starts_with("erp_session=")).collect::<String>();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn wrong_passwords_and_forged_forms_are_rejected() {
    let running = Running::start().await;
    let browser = browser();
    let login = format!("{}/login", running.base);
    let page = browser.get(&login).send().await.unwrap().text().await.unwrap();
    let token = csrf_of(&page);
    let wrong = [("csrf_token", token.as_str()), ("email", "admin@acme.localhost"), ("password", "guess")];
    assert_eq!(browser.post(&login).form(&wrong).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let forged = [("csrf_token", "x"), ("email", "admin@acme.localhost"), ("password", "acme-admin")];
    assert_eq!(browser.post(&login).form(&forged).send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn signing_in_returns_to_the_requested_page() {
    let running = Running::start().await;
    let answer = browser().get(format!("{}/orders?status=new", running.base)).send().await.unwrap();
    assert_eq!(answer.headers()["location"], "/login?next=/orders%3Fstatus%3Dnew");
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let running = Running::start().await;
    let browser = signed_in(&running, "admin@acme.localhost", "acme-admin").await;
    let clients = format!("{}/api/clients", running.base);
    let body = json!({ "name": "Nova" });
    let bare = browser.post(&clients).json(&body).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
    assert!(bare.text().await.unwrap().contains("CSRF"));

    let home = browser.get(&running.base).send().await.unwrap().text().await.unwrap();
    let proven = browser.post(&clients).header("x-csrf-token", csrf_of(&home)).json(&body);
    assert_eq!(proven.send().await.unwrap().status(), StatusCode::CREATED);
    let form = [("name", "Nova")];
    let forged = browser.post(format!("{}/clients", running.base)).form(&form).send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_language_is_the_users_own() {
    let running = Running::start().await;
    let browser = signed_in(&running, "viewer@acme.localhost", "acme-viewer").await;
    let home = browser.get(&running.base).send().await.unwrap().text().await.unwrap();
    let form = [("csrf_token", csrf_of(&home)), ("locale", "uz".to_owned())];
    let answer = browser.post(format!("{}/locale", running.base)).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(running.get("acme-viewer", "/api/me").await.1["user"]["locale"], "uz");
    assert_eq!(running.get("acme-admin", "/api/me").await.1["user"]["locale"], "en");
}
