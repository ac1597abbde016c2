//! Numbers, dates and texts as the languages of the world write and sort them, from ICU4X with the data of CLDR that it
//! compiles in: a worker reads no files, and every machine writes the same.
//!
//! Nothing here knows the engine. `builtins::intl` gives it to scripts as `Intl`, and `utils.format` uses it too.

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

/// Why something cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum IntlError {
    /// The data has no such unit.
    #[error("`{0}` is not a unit that this version can write")]
    Unit(String),
    /// Not a currency's code.
    #[error("`{0}` is not a currency code such as 'UZS'")]
    Currency(String),
    /// The data is not as it should be: a defect.
    #[error("the language data is incomplete: {0}")]
    Data(String),
}

impl From<icu_provider::DataError> for IntlError {
    fn from(error: icu_provider::DataError) -> Self {
        Self::Data(error.to_string())
    }
}

/// Asks the data for an entry. One that is not there is no defect, and nothing to write to a terminal.
fn request(id: DataIdentifierBorrowed<'_>) -> DataRequest<'_> {
    let mut metadata = DataRequestMetadata::default();
    metadata.silent = true;
    DataRequest { id, metadata }
}
