//! What scripts may reach and keep: the keys `http.*` and `storage.*`.

use std::{net::SocketAddr, num::NonZeroU32, time::Duration};

use iota_scripts_domain::{HostPattern, StorageQuota};
use iota_scripts_infrastructure::http_gateway::{AddressRange, HttpGatewayConfig};
use serde::Deserialize;

use super::{ConfigError, between, wrong};

/// The most bytes of an answer that fit the message to a worker, written as base64.
const MOST_RESPONSE_BYTES: usize = 10 * 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    allow: Vec<String>,
    deny: Vec<String>,
    allow_addresses: Vec<String>,
    ports: Vec<u16>,
    timeout_ms: u64,
    max_response_bytes: usize,
    rate_per_minute: u32,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Storage {
    max_bytes: u64,
    max_keys: u64,
}

impl Default for Storage {
    fn default() -> Self {
        let StorageQuota { bytes, keys } = StorageQuota::default();
        Self { max_bytes: bytes, max_keys: keys }
    }
}

impl Http {
    pub(super) fn check(&self) -> Result<HttpGatewayConfig, ConfigError> {
        between("http.timeout_ms", self.timeout_ms, 100, 900_000)?;
        between("http.max_response_bytes", self.max_response_bytes, 1024, MOST_RESPONSE_BYTES)?;
        let rate_per_minute = NonZeroU32::new(self.rate_per_minute).filter(|rate| rate.get() <= 1_000_000);
        let pattern =
            |text: &String| HostPattern::parse(text).map_err(|error| format!("\"{text}\": {}", error.message));
        let server = |text: &String| {
            text.parse::<SocketAddr>().map_err(|_| format!("\"{text}\" is no address with a port, such as 10.0.0.2:53"))
        };
        Ok(HttpGatewayConfig {
            allow: each("http.allow", &self.allow, pattern)?,
            deny: each("http.deny", &self.deny, pattern)?,
            allow_addresses: each("http.allow_addresses", &self.allow_addresses, |text| {
                AddressRange::parse(text).map_err(|error| error.to_string())
            })?,
            ports: self.ports.clone(),
            timeout: Duration::from_millis(self.timeout_ms),
            max_response_bytes: self.max_response_bytes,
            rate_per_minute: rate_per_minute
                .ok_or_else(|| wrong("http.rate_per_minute", "not between 1 and 1000000".to_owned()))?,
            name_servers: each("http.name_servers", &self.name_servers, server)?,
        })
    }
}

impl Storage {
    pub(super) fn check(&self) -> Result<StorageQuota, ConfigError> {
        between("storage.max_bytes", self.max_bytes, 0, 1 << 40)?;
        between("storage.max_keys", self.max_keys, 0, 1_000_000_000)?;
        Ok(StorageQuota { bytes: self.max_bytes, keys: self.max_keys })
    }
}

/// Every text of a list read, or the first that cannot be, by its place.
fn each<T>(field: &str, texts: &[String], read: impl Fn(&String) -> Result<T, String>) -> Result<Vec<T>, ConfigError> {
    let numbered = texts.iter().enumerate();
    numbered.map(|(at, text)| read(text).map_err(|message| wrong(&format!("{field}[{at}]"), message))).collect()
}
