//! A type for each kind of id, so that the compiler rejects an id of the wrong kind.
//!
//! The host assigns the ids of tenants and users, which are opaque text. The plugin's own ids are UUID v7, so that newer rows sort last.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text;

/// The text is not a valid id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not {expected}", .text.escape_debug())]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses 1 to 128 characters without control characters. The text is not trimmed.
            ///
            /// # Errors
            /// [`InvalidId`] with the text, shortened.
            ///
            /// ```
            #[doc = concat!("use iota_scripts_domain::", stringify!($name), ";")]
            #[doc = concat!("assert!(", stringify!($name), "::parse(\"42\").is_ok());")]
            #[doc = concat!("assert!(", stringify!($name), "::parse(\"\").is_err());")]
            /// ```
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let length = text.chars().take(129).count();
                if (1..=128).contains(&length) && !text.chars().any(char::is_control) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { text: text::shortened(&text), expected: "1 to 128 characters without control characters" })
                }
            }

            /// Returns the text as the host wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

opaque_id! {
    /// A tenant of the host. It always comes from the request that runs a script, never from the script.
    TenantId
}
opaque_id! {
    /// A user of the host, or an account that acts like one.
    UserId
}

impl UserId {
    /// Returns the id that represents the host itself as the acting user.
    #[must_use]
    pub fn system() -> Self {
        Self("system".to_owned())
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Creates an id that sorts after all ids created before.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Wraps an existing UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the UUID.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match Uuid::try_parse(text) {
                    Ok(uuid) => Ok(Self(uuid)),
                    Err(_) => Err(InvalidId { text: text::shortened(text), expected: "a UUID" }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// A script.
    ScriptId
}
uuid_id! {
    /// A snapshot of a script at one of its versions.
    VersionId
}
uuid_id! {
    /// An occurrence: a time at which a run was expected.
    OccurrenceId
}
uuid_id! {
    /// A pause of a tenant's schedules.
    PauseId
}
uuid_id! {
    /// One run of a script.
    ExecutionId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_opaque_ids_are_rejected_with_the_reason() {
        assert!(TenantId::parse("x".repeat(128)).is_ok());
        assert!(TenantId::parse("x".repeat(129)).is_err());
        let error = TenantId::parse("a\nb").unwrap_err();
        assert_eq!(error.to_string(), "\"a\\nb\" is not 1 to 128 characters without control characters");
        assert!(serde_json::from_str::<UserId>("\"\"").is_err());
    }

    #[test]
    fn generated_ids_are_ordered_and_round_trip() {
        let (first, second) = (ScriptId::generate(), ScriptId::generate());
        assert!(first < second);
        assert_eq!(first.to_string().parse::<ScriptId>(), Ok(first));
        assert!("not-a-uuid".parse::<ExecutionId>().is_err());
    }
}
