//! Why what a script returned cannot be sent as an answer.

/// A returned value that is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnswer {
    /// The status is none.
    #[error("status is {0}, and has to be a whole number from 200 to 599")]
    Status(String),
    /// A header cannot be sent.
    #[error("the header {0:?} cannot be sent")]
    Header(String),
    /// There are too many headers, or they are too long together.
    #[error("the headers are more than 64, or more than 16384 bytes together; send what is long in the body")]
    TooManyHeaders,
    /// A header is not the script's to set.
    #[error(
        "the header {0:?} is not for scripts to set: leave it out. Scripts set those that describe their answer, and names of their \
         own that begin with x-"
    )]
    Reserved(String),
    /// The content type is none, or a list.
    #[error("the content-type {0:?} is not one type such as text/csv; charset=utf-8")]
    ContentType(String),
}
