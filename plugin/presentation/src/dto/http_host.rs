//! Hosts that scripts may call.

use iota_scripts_domain::{AllowedHost, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A host that scripts may call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HttpHostDocument {
    /// `api.example.com`, or `*.example.com` for all below it.
    host: String,
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
    added_by: String,
}

impl From<AllowedHost> for HttpHostDocument {
    fn from(allowed: AllowedHost) -> Self {
        Self {
            host: allowed.host.as_str().to_owned(),
            added_at: allowed.added.at,
            added_by: allowed.added.by.to_string(),
        }
    }
}
