//! Parses the heads of the host's messages.

mod identities;

use iota_scripts_services::ports::{HostError, HostErrorCode};
use serde::Deserialize;

pub(crate) use identities::{Head, Identities};

/// Parses a head.
pub(crate) fn parse<'h, T: Deserialize<'h>>(head: &'h [u8]) -> Result<T, HostError> {
    let mut reader = serde_json::Deserializer::from_slice(head);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| HostError {
        field: Some(error.path().to_string()),
        ..HostError::new(HostErrorCode::Validation, error.inner().to_string())
    })
}
