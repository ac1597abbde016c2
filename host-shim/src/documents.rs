//! The static documents of a library, parsed: the manifest and the routes.
//!
//! Reads only the fields that a host needs; `iota-scripts validate` checks the rest of their shape.

use serde::Deserialize;
use serde_json::Value;

use crate::table::Module;

/// A static document that violates the contract.
#[derive(Debug, thiserror::Error)]
#[error("the library's {document} cannot be read: {cause}")]
pub struct DocumentError {
    /// `manifest`, `routes` or `migrations`.
    pub document: &'static str,
    /// The error in it.
    #[source]
    pub cause: DocumentProblem,
}

/// The error in a static document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentProblem {
    /// It is not JSON, or does not have the shape of the contract.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The manifest is not an object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A prefix that cannot be mounted.
    #[error("prefix {0:?} is not a static path such as \"/scripts\"")]
    Prefix(String),
    /// Two routes with the same prefix.
    #[error("prefix {0:?} is listed twice")]
    PrefixTwice(String),
}

/// A path prefix that the host mounts.
///
/// # Examples
/// ```
/// use iota_scripts_host::{Route, RouteAuth};
///
/// let route = Route {
///     prefix: "/scripts".into(),
///     auth: RouteAuth::Session,
///     layout: true,
///     stream: true,
///     max_body: 1024 * 1024,
/// };
/// assert!(route.covers("/scripts") && route.covers("/scripts/new"));
/// assert!(!route.covers("/scripts-archive"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Route {
    /// Begins with `/` and does not end with it; covers the path itself and all below it.
    pub prefix: String,
    /// Who can access the routes.
    pub auth: RouteAuth,
    /// Whether answers may be fragments for the host's layout.
    #[serde(default)]
    pub layout: bool,
    /// Whether answers may be streamed.
    #[serde(default)]
    pub stream: bool,
    /// The longest body that is passed on, in bytes.
    pub max_body: usize,
}

/// Who can access a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteAuth {
    /// Only requests that the host has authenticated.
    Session,
    /// All requests.
    Public,
    /// All requests; the plugin gets the identity of those that the host has authenticated.
    SessionOrPublic,
}

impl Route {
    /// Checks whether a path is below the prefix, at the boundary of a segment.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        path.strip_prefix(self.prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn problem(&self) -> Option<DocumentProblem> {
        let prefix = &self.prefix;
        let sound = prefix.len() > 1
            && prefix.starts_with('/')
            && !prefix.ends_with('/')
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
        (!sound).then(|| DocumentProblem::Prefix(prefix.clone()))
    }
}

pub(crate) fn manifest(module: Module) -> Result<Value, DocumentError> {
    let broken = |cause| DocumentError { document: "manifest", cause };
    let value: Value = serde_json::from_slice(module.manifest()).map_err(|error| broken(error.into()))?;
    if value.is_object() { Ok(value) } else { Err(broken(DocumentProblem::NotAnObject)) }
}

pub(crate) fn routes(module: Module) -> Result<Vec<Route>, DocumentError> {
    parse_routes(module.routes()).map_err(|cause| DocumentError { document: "routes", cause })
}

fn parse_routes(json: &[u8]) -> Result<Vec<Route>, DocumentProblem> {
    let mut routes: Vec<Route> = serde_json::from_slice(json)?;
    if let Some(problem) = routes.iter().find_map(Route::problem) {
        return Err(problem);
    }
    // Longest first, so that the first prefix that covers a path is the most specific one.
    routes.sort_by(|a, b| b.prefix.len().cmp(&a.prefix.len()).then_with(|| a.prefix.cmp(&b.prefix)));
    if let Some(pair) = routes.windows(2).find(|pair| pair[0].prefix == pair[1].prefix) {
        return Err(DocumentProblem::PrefixTwice(pair[0].prefix.clone()));
    }
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_come_longest_first_and_cover_whole_segments() {
        let json = br#"[{"prefix":"/s","auth":"session","max_body":9},
                        {"prefix":"/s/assets","auth":"public","max_body":0,"later":1}]"#;
        let routes = parse_routes(json).unwrap();
        assert_eq!(routes[0].prefix, "/s/assets");
        assert_eq!(routes[0].auth, RouteAuth::Public);
        assert!(routes[1].covers("/s") && routes[1].covers("/s/x") && !routes[1].covers("/sx"));
    }

    #[test]
    fn an_invalid_route_is_rejected_by_name() {
        for prefix in ["", "/", "s", "/s/", "/{x}", "/a b"] {
            let json = format!(r#"[{{"prefix":"{prefix}","auth":"public","max_body":1}}]"#);
            assert!(parse_routes(json.as_bytes()).unwrap_err().to_string().contains("not a static path"), "{prefix}");
        }
        assert!(parse_routes(br#"[{"prefix":"/a","auth":"maybe","max_body":1}]"#).is_err());
    }
}
