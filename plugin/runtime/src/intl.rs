//! Formats and sorts numbers, dates and texts by language, with ICU4X and its compiled-in CLDR data: a worker reads no
//! files, and results are the same on every machine.
//!
//! Does not depend on the engine. `builtins::intl` provides it to scripts as `Intl`, and `utils.format` uses it too.

pub(crate) mod cache;
pub(crate) mod case;
pub(crate) mod collation;
pub(crate) mod date;
pub(crate) mod language;
pub(crate) mod list;
pub(crate) mod number;
pub(crate) mod plural;
pub(crate) mod relative;
pub(crate) mod segment;
pub(crate) mod text;
pub(crate) mod width;

use icu_provider::{DataIdentifierBorrowed, DataRequest, DataRequestMetadata};
use thiserror::Error;

/// Why a value cannot be formatted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum IntlError {
    /// The data has no such unit.
    #[error("`{0}` is not a unit that this version can write")]
    Unit(String),
    /// Not a currency code.
    #[error("`{0}` is not a currency code such as 'UZS'")]
    Currency(String),
    /// The data is incomplete: a defect.
    #[error("the language data is incomplete: {0}")]
    Data(String),
}

impl From<icu_provider::DataError> for IntlError {
    fn from(error: icu_provider::DataError) -> Self {
        Self::Data(error.to_string())
    }
}

/// Requests an entry of the data. A missing entry is not a defect, so it is not logged to the terminal.
fn request(id: DataIdentifierBorrowed<'_>) -> DataRequest<'_> {
    let mut metadata = DataRequestMetadata::default();
    metadata.silent = true;
    DataRequest { id, metadata }
}
