//! What an endpoint script answers to: a method and a pattern of paths.
//!
//! Matching requests against patterns is the endpoint table's work, not this file's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldProblem, text};

/// Method and path of an endpoint script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: HttpMethod,
    /// The paths.
    pub path: RoutePattern,
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

/// A path whose segments are literal or parameters: `/orders/{id}/lines`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RoutePattern(String);

impl RoutePattern {
    /// Reads a pattern of at most 255 bytes. Parameters are written `{name}` or `:name` and kept as `{name}`.
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
        let pattern =
            canonical(text).map_err(|reason| FieldError::new("endpoint_path", FieldProblem::Invalid, reason))?;
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

fn canonical(text: &str) -> Result<String, String> {
    let Some(path) = text.strip_prefix('/') else {
        return Err("a path starts with /".to_owned());
    };
    if path.is_empty() {
        return Ok("/".to_owned());
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
            return Err(format!("\"{}\" is not a parameter such as {{id}}", text::shortened(segment).escape_debug()));
        }
        if names.contains(&name) {
            return Err(format!("the parameter {{{name}}} appears twice"));
        }
        names.push(name);
        pattern.push('{');
        pattern.push_str(name);
        pattern.push('}');
    }
    Ok(pattern)
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn literal(segment: &str) -> Result<&str, String> {
    if segment.is_empty() {
        return Err("a path has no empty segments and no slash at its end".to_owned());
    }
    if matches!(segment, "." | "..") {
        return Err("a path has no . or .. segments".to_owned());
    }
    match segment.chars().find(|c| !(c.is_ascii_alphanumeric() || "-._~".contains(*c))) {
        None => Ok(segment),
        Some(c) => Err(format!(
            "{c:?} is not allowed: segments are letters, digits and - . _ ~, or one parameter such as {{id}}"
        )),
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
            ("/api/scripts/reports/orders", "/api/scripts/reports/orders"),
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
            "", "orders", "//", "/a//b", "/a/", "/a/../b", "/a/.", "/a b", "/a?b", "/%2e%2e", "/{}", "/{a}b", "/:1",
            "/:a/{a}", "/{*rest}", "/ж",
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
