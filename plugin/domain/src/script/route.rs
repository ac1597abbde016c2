//! What an endpoint script answers to: a method and a pattern of paths.
//!
//! Matching requests against patterns is the endpoint table's work, not this file's.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldProblem, LimitRange, text};

/// Method and path of an endpoint script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: HttpMethod,
    /// The paths.
    pub path: RoutePattern,
    /// Who may call it.
    pub access: EndpointAccess,
    /// How often it may be called.
    pub rate_limit: RateLimit,
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointAccess {
    /// Whoever has a session of the tenant; what they may do is the script's to ask.
    #[default]
    Session,
    /// Everybody.
    Public,
}

impl EndpointAccess {
    /// Both, in the order that pages show.
    pub const ALL: [Self; 2] = [Self::Session, Self::Public];

    /// As on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Public => "public",
        }
    }

    /// Reads the word of the wire; blank is the usual one.
    ///
    /// # Errors
    /// The mistake, for the field `endpoint_access`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        Self::ALL.into_iter().find(|access| access.as_str() == text.trim()).ok_or_else(|| {
            let message = format!("\"{}\" is neither session nor public", text::shortened(text).escape_debug());
            FieldError::new("endpoint_access", FieldProblem::Invalid, message)
        })
    }
}

/// Requests that an endpoint takes in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RateLimit(NonZeroU32);

impl RateLimit {
    /// Requests a minute.
    pub const PER_MINUTE: LimitRange = LimitRange { min: 1, default: 600, max: 1_000_000 };

    /// Checks a figure; what is not given is the usual one.
    ///
    /// # Errors
    /// The range, for the field `rate_limit_per_minute`.
    pub fn parse(per_minute: Option<i64>) -> Result<Self, FieldError> {
        let range = Self::PER_MINUTE;
        let wish = per_minute.map_or(Ok(range.default), u64::try_from);
        let wish = wish.ok().filter(|wish| (range.min..=range.max).contains(wish));
        wish.and_then(|wish| NonZeroU32::new(u32::try_from(wish).ok()?)).map(Self).ok_or_else(|| {
            let message = format!("from {} to {} requests a minute", range.min, range.max);
            FieldError::new("rate_limit_per_minute", FieldProblem::OutOfRange, message)
        })
    }

    /// Requests a minute.
    #[must_use]
    pub const fn per_minute(self) -> NonZeroU32 {
        self.0
    }
}

macro_rules! methods {
    ($($variant:ident = $text:literal),+) => {
        /// The methods that a script can answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "UPPERCASE")]
        pub enum HttpMethod {
            $(#[doc = concat!("`", $text, "`")] $variant),+
        }

        impl HttpMethod {
            /// All of them.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// As in a request.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}
methods!(Get = "GET", Post = "POST", Put = "PUT", Patch = "PATCH", Delete = "DELETE");

impl HttpMethod {
    /// Reads a method in any case.
    ///
    /// # Errors
    /// The mistake, for the field `endpoint_method`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new(
                "endpoint_method",
                FieldProblem::Required,
                "an endpoint script needs a method",
            ));
        }
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let message =
                format!("\"{}\" is none of GET, POST, PUT, PATCH, DELETE", text::shortened(text).escape_debug());
            FieldError::new("endpoint_method", FieldProblem::Invalid, message)
        })
    }
}

impl FromStr for HttpMethod {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::parse(text)
    }
}

impl fmt::Display for HttpMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where the endpoints of scripts are mounted. A pattern is what follows.
const MOUNT: &str = "/api/scripts";

/// A path below `/api/scripts` whose segments are literal or parameters: `/orders/{id}/lines`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RoutePattern(String);

impl RoutePattern {
    /// Reads a pattern of at most 255 bytes. Parameters are written `{name}` or `:name` and kept as `{name}`; a leading
    /// `/api/scripts` is where all patterns begin, and is cut.
    ///
    /// # Errors
    /// The mistake, for the field `endpoint_path`.
    ///
    /// ```
    /// use iota_scripts_domain::RoutePattern;
    /// assert_eq!(RoutePattern::parse("/orders/:id").unwrap().as_str(), "/orders/{id}");
    /// assert!(RoutePattern::parse("/a/../b").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("endpoint_path", FieldProblem::Required, "an endpoint script needs a path"));
        }
        let pattern = canonical(text)
            .map_err(|reason| FieldError::new("endpoint_path", FieldProblem::Invalid, reason.to_string()))?;
        if pattern.len() > 255 {
            return Err(FieldError::new("endpoint_path", FieldProblem::TooLong, "at most 255 characters"));
        }
        Ok(Self(pattern))
    }

    /// The pattern, parameters in braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern without the parameters' names: two patterns of one shape match the same paths.
    ///
    /// ```
    /// use iota_scripts_domain::RoutePattern;
    /// assert_eq!(RoutePattern::parse("/orders/{id}").unwrap().shape(), "/orders/{}");
    /// ```
    #[must_use]
    pub fn shape(&self) -> String {
        let nameless = |segment| if parameter(segment).is_some() { "{}" } else { segment };
        self.0.split('/').map(nameless).collect::<Vec<_>>().join("/")
    }

    /// The parameters' names, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter_map(parameter)
    }
}

impl fmt::Display for RoutePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with a path.
#[derive(Debug, thiserror::Error)]
enum InvalidPath {
    #[error("a path starts with /")]
    Relative,
    #[error("the description of all endpoints is at this path")]
    Description,
    #[error("\"{}\" is not a parameter such as {{id}}", text::shortened(.0).escape_debug())]
    Parameter(String),
    #[error("the parameter {{{0}}} appears twice")]
    Twice(String),
    #[error("a path has no empty segments and no slash at its end")]
    EmptySegment,
    #[error("a path has no . or .. segments")]
    Dots,
    #[error("{0:?} is not allowed: segments are letters, digits and - . _ ~, or one parameter such as {{id}}")]
    Character(char),
}

fn canonical(text: &str) -> Result<String, InvalidPath> {
    if !text.starts_with('/') {
        return Err(InvalidPath::Relative);
    }
    let path = below_mount(text).strip_prefix('/').unwrap_or_default();
    if path.is_empty() && below_mount(text).len() <= usize::from(text == "/") {
        return Ok("/".to_owned());
    }
    if path == "openapi.json" {
        return Err(InvalidPath::Description);
    }
    let mut pattern = String::with_capacity(text.len() + 8);
    let mut names = Vec::new();
    for segment in path.split('/') {
        pattern.push('/');
        let Some(name) = parameter(segment).or_else(|| segment.strip_prefix(':')) else {
            pattern.push_str(literal(segment)?);
            continue;
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(InvalidPath::Parameter(segment.to_owned()));
        }
        if names.contains(&name) {
            return Err(InvalidPath::Twice(name.to_owned()));
        }
        names.push(name);
        pattern.push('{');
        pattern.push_str(name);
        pattern.push('}');
    }
    Ok(pattern)
}

/// What is written with the mount is the same pattern, however often it is there.
fn below_mount(mut path: &str) -> &str {
    while let Some(rest) = path.strip_prefix(MOUNT).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        path = rest;
    }
    path
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn literal(segment: &str) -> Result<&str, InvalidPath> {
    if segment.is_empty() {
        return Err(InvalidPath::EmptySegment);
    }
    if matches!(segment, "." | "..") {
        return Err(InvalidPath::Dots);
    }
    match segment.chars().find(|c| !(c.is_ascii_alphanumeric() || "-._~".contains(*c))) {
        None => Ok(segment),
        Some(c) => Err(InvalidPath::Character(c)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_are_kept_in_one_form() {
        for (text, pattern) in [
            ("/", "/"),
            ("/api/scripts/reports/orders", "/reports/orders"),
            ("/api/scripts/api/scripts/a", "/a"),
            ("/api/scriptsx", "/api/scriptsx"),
            ("/api/scripts", "/"),
            (" /orders/:id/lines/{line_no} ", "/orders/{id}/lines/{line_no}"),
        ] {
            assert_eq!(RoutePattern::parse(text).unwrap().as_str(), pattern);
        }
        let pattern = RoutePattern::parse("/a/:b/{c}").unwrap();
        assert_eq!(pattern.parameters().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(pattern.shape(), "/a/{}/{}");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "orders",
            "//",
            "/api/scripts/",
            "/openapi.json",
            "/a//b",
            "/a/",
            "/a/../b",
            "/a/.",
            "/a b",
            "/a?b",
            "/%2e%2e",
            "/{}",
            "/{a}b",
            "/:1",
            "/:a/{a}",
            "/{*rest}",
            "/ж",
        ] {
            assert!(RoutePattern::parse(text).is_err(), "{text}");
        }
        assert_eq!(RoutePattern::parse(&format!("/{}", "x".repeat(255))).unwrap_err().code, FieldProblem::TooLong);
    }

    proptest! {
        #[test]
        fn an_accepted_pattern_is_its_own_canonical_form(text in "/[a-z:{}/._*-]{0,20}") {
            if let Ok(pattern) = RoutePattern::parse(&text) {
                prop_assert_eq!(RoutePattern::parse(pattern.as_str()), Ok(pattern.clone()));
                prop_assert!(!pattern.as_str().split('/').any(|segment| segment == ".."));
            }
        }
    }
}
