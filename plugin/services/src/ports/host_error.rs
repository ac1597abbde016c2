//! Errors between the host and the plugin, and the codes that the contract lists for them.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// The code of a [`HostError`]; upper case in its text.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum HostErrorCode {
            $($(#[doc = $doc])+ $variant,)+
            /// A code that the contract does not list: from a service of the host, or one of our own in an error for a script.
            Other(Box<str>),
        }

        impl HostErrorCode {
            /// Returns its text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            fn listed(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// The input is invalid.
    Validation = "VALIDATION",
    /// The object does not exist.
    NotFound = "NOT_FOUND",
    /// A permission is missing.
    Forbidden = "FORBIDDEN",
    /// The current state does not allow it.
    Conflict = "CONFLICT",
    /// The message or a part of it is too large.
    TooLarge = "TOO_LARGE",
    /// A usage limit is reached.
    RateLimited = "RATE_LIMITED",
    /// The deadline has passed.
    Timeout = "TIMEOUT",
    /// The answer is no longer needed.
    Cancelled = "CANCELLED",
    /// The receiver cannot answer now.
    Unavailable = "UNAVAILABLE",
    /// The receiver does not know the operation.
    Unsupported = "UNSUPPORTED",
    /// The receiver failed unexpectedly.
    Internal = "INTERNAL",
}

impl From<&str> for HostErrorCode {
    fn from(text: &str) -> Self {
        Self::listed(text).unwrap_or_else(|| Self::Other(text.into()))
    }
}

impl From<HostErrorCode> for String {
    fn from(code: HostErrorCode) -> Self {
        match code {
            HostErrorCode::Other(text) => text.into(),
            listed => listed.as_str().to_owned(),
        }
    }
}

impl fmt::Display for HostErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for HostErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for HostErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::from(&*text))
    }
}

/// A rejection or failure of the host, in the form that scripts see.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("{code}: {message}")]
pub struct HostError {
    /// Stable, for programs.
    pub code: HostErrorCode,
    /// For people.
    pub message: String,
    /// The input field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Further data from the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl HostError {
    /// Creates an error without field or details.
    #[must_use]
    pub fn new(code: impl Into<HostErrorCode>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), field: None, details: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_and_other_codes_survive_a_round_trip() {
        for (text, code) in [
            ("NOT_FOUND", HostErrorCode::NotFound),
            ("OUT_OF_STOCK", HostErrorCode::Other("OUT_OF_STOCK".into())),
            ("not_found", HostErrorCode::Other("not_found".into())),
            ("", HostErrorCode::Other("".into())),
        ] {
            let document = serde_json::json!({"code": text, "message": "m"});
            let error: HostError = serde_json::from_value(document.clone()).expect("an error");
            assert_eq!(error.code, code);
            assert_eq!(serde_json::to_value(&error).expect("a document"), document);
            assert_eq!((error.to_string(), String::from(code)), (format!("{text}: m"), text.to_owned()));
        }
    }
}
