//! Why a script's return value is not a valid response.

/// A return value that is not a valid response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnswer {
    /// The status is not valid.
    #[error("the status is {0}; it must be a whole number from 200 to 599")]
    Status(String),
    /// A header cannot be sent.
    #[error("the header {0:?} cannot be sent")]
    Header(String),
    /// There are too many headers, or their total size is too large.
    #[error("there are more than 64 headers, or more than 16384 bytes in total; send long values in the body")]
    TooManyHeaders,
    /// A script may not set this header.
    #[error(
        "the header {0:?} cannot be set by scripts: leave it out. Scripts can set headers that describe their response, and names of their \
         own that begin with x-"
    )]
    Reserved(String),
    /// The content type is not valid, or a list.
    #[error("the content-type {0:?} is not one type such as text/csv; charset=utf-8")]
    ContentType(String),
}
