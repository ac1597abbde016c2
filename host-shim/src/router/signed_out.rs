//! The response to a form that was sent after its session had ended. The browser keeps the form: after signing in,
//! reloading this page sends it again. The user and their language are unknown, so the text is in all languages of the
//! plugin.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

const SAID: [(&str, &str); 3] = [
    ("en", "Your session has expired. Sign in in a new tab, then reload this page: your input will be sent again."),
    ("ru", "Сеанс истёк. Войдите в новой вкладке и обновите эту страницу: введённые данные будут отправлены ещё раз."),
    (
        "uz",
        "Seans muddati tugadi. Yangi varaqda tizimga kiring va shu sahifani yangilang: kiritgan maʼlumotlaringiz qayta yuboriladi.",
    ),
];

pub(super) fn page(sign_in: &str) -> Response {
    let link = sign_in.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let said = SAID.map(|(language, text)| format!("<p lang=\"{language}\">{text}</p>\n")).concat();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>401</title></head>\n\
         <body style=\"font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem\">\n\
         {said}<p><a href=\"{link}\" target=\"_blank\" rel=\"noopener\">{link}</a></p>\n</body></html>\n"
    );
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}
