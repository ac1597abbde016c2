//! The two cookies of the ERP: the session, and the token of the sign-in form, which has no session yet.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::sessions::SESSION_HOURS;

pub(super) const SESSION: &str = "erp_session";
pub(super) const SIGN_IN: &str = "erp_sign_in";

/// The value of a cookie in a request.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Sets a cookie that scripts in pages cannot read and other sites cannot send along with a POST.
pub(super) fn set(name: &str, value: &str) -> Option<HeaderValue> {
    let seconds = SESSION_HOURS * 3600;
    HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")).ok()
}

/// Deletes a cookie.
pub(super) fn clear(name: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; erp_session=tok; erp_session2=x"));
        assert_eq!(read(&headers, SESSION).as_deref(), Some("tok"));
        assert_eq!(read(&headers, SIGN_IN), None);
    }
}
