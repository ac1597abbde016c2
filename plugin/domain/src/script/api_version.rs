//! The version of the JavaScript API that a script uses.

use crate::{FieldError, FieldProblem};

/// A version of the API. Old versions keep working; newer ones warn about calls that have a better replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(u32);

impl ApiVersion {
    /// Default version.
    pub const FIRST: Self = Self(1);
    /// Newest version.
    pub const NEWEST: Self = Self(2);

    /// Parses the number in forms and JSON.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `api_version`.
    ///
    /// ```
    /// use iota_scripts_domain::ApiVersion;
    /// assert_eq!(ApiVersion::parse(1), Ok(ApiVersion::FIRST));
    /// assert!(ApiVersion::parse(0).is_err() && ApiVersion::parse(1_000).is_err());
    /// ```
    pub fn parse(number: i64) -> Result<Self, FieldError> {
        let version = u32::try_from(number).map(Self).ok();
        version.filter(|version| (Self::FIRST..=Self::NEWEST).contains(version)).ok_or_else(|| {
            let message = format!("must be an integer from {} to {}", Self::FIRST.0, Self::NEWEST.0);
            FieldError::new("api_version", FieldProblem::Invalid, message)
        })
    }

    /// Returns the number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl Default for ApiVersion {
    fn default() -> Self {
        Self::FIRST
    }
}
