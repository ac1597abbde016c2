//! HTTP and storage of scripts: the keys `http.*` and `storage.*`.

use std::{net::SocketAddr, num::NonZeroU32, time::Duration};

use iota_scripts_domain::{HostPattern, StorageQuota};
use iota_scripts_infrastructure::http_gateway::{AddressRange, HttpGatewayConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConfigError, ConfigProblem};

/// Maximum bytes of a response that fit into a message to a worker, encoded as base64.
const MAX_RESPONSE_BYTES: usize = 10 * 1024 * 1024;
/// Maximum value of a tenant's storage limit in bytes.
const MAX_STORAGE_BYTES: u64 = 1 << 40;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    /// Hosts that scripts of every tenant can call: `api.example.com`, or `*.example.com` for all hosts below the
    /// domain.
    allow: Vec<String>,
    /// Hosts that no script can call, even if a tenant allows them.
    deny: Vec<String>,
    /// Private addresses and ranges that scripts can connect to: `10.1.2.3`, `10.1.0.0/16`.
    allow_addresses: Vec<String>,
    /// Ports that scripts can connect to.
    #[schemars(inner(range(min = 1, max = 65_535)))]
    ports: Vec<u16>,
    /// Timeout of one attempt of a request in milliseconds.
    #[schemars(range(min = 100, max = 900_000))]
    timeout_ms: u64,
    /// Maximum size of a response body in bytes, after decompression.
    #[schemars(range(min = 1024, max = MAX_RESPONSE_BYTES))]
    max_response_bytes: usize,
    /// Maximum requests per minute of a tenant, on each node.
    #[schemars(range(min = 1, max = 1_000_000))]
    rate_per_minute: u32,
    /// Name servers to use, such as `10.0.0.2:53`; default: the system's.
    name_servers: Vec<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            deny: Vec::new(),
            allow_addresses: Vec::new(),
            ports: vec![80, 443],
            timeout_ms: 60_000,
            max_response_bytes: 5 * 1024 * 1024,
            rate_per_minute: 300,
            name_servers: Vec::new(),
        }
    }
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Storage {
    /// Maximum bytes of keys and values.
    #[schemars(range(min = 0, max = MAX_STORAGE_BYTES))]
    max_bytes: u64,
    /// Maximum number of keys.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    max_keys: u64,
}

impl Default for Storage {
    fn default() -> Self {
        let StorageQuota { bytes, keys } = StorageQuota::default();
        Self { max_bytes: bytes, max_keys: keys }
    }
}

impl Http {
    pub(super) fn read(&self) -> Result<HttpGatewayConfig, ConfigError> {
        let pattern = |text: &String| {
            HostPattern::parse(text)
                .map_err(|source| ConfigProblem::HostPattern { text: text.clone(), source: source.into() })
        };
        let addresses =
            |text: &String| AddressRange::parse(text).map_err(|error| ConfigProblem::Addresses(error.into()));
        let server = |text: &String| {
            text.parse::<SocketAddr>().map_err(|source| ConfigProblem::NameServer { text: text.clone(), source })
        };
        Ok(HttpGatewayConfig {
            allow: each("http.allow", &self.allow, pattern)?,
            deny: each("http.deny", &self.deny, pattern)?,
            allow_addresses: each("http.allow_addresses", &self.allow_addresses, addresses)?,
            ports: self.ports.clone(),
            timeout: Duration::from_millis(self.timeout_ms),
            max_response_bytes: self.max_response_bytes,
            // The schema does not allow 0.
            rate_per_minute: NonZeroU32::new(self.rate_per_minute).unwrap_or(NonZeroU32::MIN),
            name_servers: each("http.name_servers", &self.name_servers, server)?,
        })
    }
}

impl From<Storage> for StorageQuota {
    fn from(Storage { max_bytes, max_keys }: Storage) -> Self {
        Self { bytes: max_bytes, keys: max_keys }
    }
}

/// Parses every text of a list, or returns an error with the index of the first invalid one.
fn each<T>(
    field: &str,
    texts: &[String],
    read: impl Fn(&String) -> Result<T, ConfigProblem>,
) -> Result<Vec<T>, ConfigError> {
    let numbered = texts.iter().enumerate();
    numbered
        .map(|(at, text)| read(text).map_err(|problem| ConfigError::at(format!("{field}[{at}]"), problem)))
        .collect()
}
