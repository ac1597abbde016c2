//! HTTP hosts that scripts can call.

use iota_scripts_domain::{AllowedHost, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// An HTTP host that scripts can call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HttpHostDocument {
    /// `api.example.com`, or `*.example.com` for all hosts below the domain.
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
