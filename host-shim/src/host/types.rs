//! The data that the plugin passes to a host: service calls, events, log records, pages.
//!
//! Plain data in the terms of `include/ABI.md`, without logic.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Identity, Tenant};

/// A script calls a method of a bound service.
///
/// # Examples
/// Reading the arguments in [`Host::call_service`](crate::Host::call_service):
///
/// ```
/// use iota_scripts_host::{HostError, ServiceCall};
/// use serde_json::{Value, json};
///
/// fn find_client(call: &ServiceCall) -> Result<Value, HostError> {
///     let id = call.args.first().and_then(Value::as_str);
///     let id = id.ok_or_else(|| HostError::validation("id", "the first argument is the id of a client"))?;
///     Ok(json!({"id": id, "tenant": call.identity.tenant.id}))
/// }
/// ```
#[derive(Debug, Clone, Deserialize)]
pub struct ServiceCall {
    /// Service and method, as in `clients.list`.
    pub method: String,
    /// The arguments, in order.
    #[serde(default)]
    pub args: Vec<Value>,
    /// Who the script acts for.
    pub identity: Identity,
    /// The run that calls.
    #[serde(default)]
    pub execution_id: String,
    /// The same for a repeated call of the same step, so that a write can be done once.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// Milliseconds until the run stops waiting; a later answer is ignored.
    #[serde(default)]
    pub deadline_ms: Option<u64>,
    /// Whether writes are only validated, not executed.
    #[serde(default)]
    pub dry_run: bool,
}

/// Something happened: an event of the host for scripts, or of a script for the host.
///
/// # Examples
/// ```
/// use iota_scripts_host::Event;
/// use serde_json::json;
///
/// let event = Event {
///     id: "0198c1d2-order-1401".into(),
///     kind: "order.created".into(),
///     tenant: "acme".into(),
///     user: Some("12".into()),
///     at: "2026-11-30T09:15:00Z".into(),
///     data: json!({"order_id": 1401}),
/// };
/// assert_eq!(serde_json::to_value(&event)?["type"], "order.created");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique id.
    pub id: String,
    /// Dotted name, as in `order.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id of the tenant it belongs to.
    pub tenant: String,
    /// Id of the user who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When, as RFC 3339.
    pub at: String,
    /// The event's data.
    #[serde(default)]
    pub data: Value,
}

/// A tenant in the host's list.
///
/// # Examples
/// ```
/// use iota_scripts_host::{Tenant, TenantRecord};
///
/// let tenant = Tenant::new("acme", "Acme").in_timezone("Asia/Tashkent");
/// let record = TenantRecord { domain: Some("acme.example.com".into()), ..TenantRecord::active(tenant) };
/// assert!(record.active);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRecord {
    /// Id, name, zone and language.
    #[serde(flatten)]
    pub tenant: Tenant,
    /// Host name of its public endpoints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Whether its scripts may run.
    pub active: bool,
}

impl TenantRecord {
    /// An active tenant without a domain.
    #[must_use]
    pub const fn active(tenant: Tenant) -> Self {
        Self { tenant, domain: None, active: true }
    }
}

/// How much a log record matters.
///
/// # Examples
/// The more a record matters, the smaller its level:
///
/// ```
/// use iota_scripts_host::LogLevel;
///
/// let threshold = LogLevel::Info;
/// assert!(LogLevel::Error <= threshold && LogLevel::Debug > threshold);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// A failure that needs attention.
    Error,
    /// A problem that was handled.
    Warn,
    /// A change of state.
    Info,
    /// Details for developers.
    Debug,
    /// All details.
    Trace,
}

impl LogLevel {
    /// From the contract's number; one that is not known counts as trace.
    #[must_use]
    pub const fn from_number(level: u32) -> Self {
        use iota_scripts_abi::flags;
        match level {
            flags::LOG_ERROR => Self::Error,
            flags::LOG_WARN => Self::Warn,
            flags::LOG_INFO => Self::Info,
            flags::LOG_DEBUG => Self::Debug,
            _ => Self::Trace,
        }
    }
}

/// One log record of the plugin.
///
/// # Examples
/// ```
/// use iota_scripts_host::{LogLevel, LogRecord};
/// use serde_json::{Map, json};
///
/// let fields = Map::from_iter([("pid".to_owned(), json!(7))]);
/// let record = LogRecord { level: LogLevel::Warn, target: "pool".into(), message: "worker replaced".into(), fields };
/// assert_eq!(record.to_string(), "WARN  pool: worker replaced pid=7");
/// ```
#[derive(Debug, Clone)]
pub struct LogRecord {
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the plugin that wrote the record.
    pub target: String,
    /// The message.
    pub message: String,
    /// Values in addition to the message.
    pub fields: Map<String, Value>,
}

impl LogRecord {
    pub(crate) fn parse(level: u32, json: &[u8]) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default)]
            target: String,
            #[serde(default)]
            message: String,
            #[serde(default)]
            fields: Map<String, Value>,
        }
        let Wire { target, message, fields } = serde_json::from_slice(json)?;
        Ok(Self { level: LogLevel::from_number(level), target, message, fields })
    }
}

impl fmt::Display for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            LogLevel::Error => "ERROR",
            LogLevel::Warn => "WARN",
            LogLevel::Info => "INFO",
            LogLevel::Debug => "DEBUG",
            LogLevel::Trace => "TRACE",
        };
        write!(f, "{level:5} {}: {}", self.target, self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

/// A page's layout data, for the host's own layout.
///
/// # Examples
/// ```
/// use iota_scripts_host::PageLayout;
///
/// let layout = PageLayout { title: "Scripts".into(), active_nav: Some("scripts".into()) };
/// assert!(layout.bare_document("<p>No scripts.</p>", "en").contains("<title>Scripts</title>"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct PageLayout {
    /// The page's title.
    #[serde(default)]
    pub title: String,
    /// Id of the navigation item to mark.
    #[serde(default)]
    pub active_nav: Option<String>,
}

impl PageLayout {
    /// The least document that shows a fragment.
    ///
    /// `fragment_html` is inserted unchanged; title and locale are escaped.
    #[must_use]
    pub fn bare_document(&self, fragment_html: &str, locale: &str) -> String {
        let (title, locale) = (escape_html(&self.title), escape_html(locale));
        format!(
            "<!doctype html>\n<html lang=\"{locale}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title></head>\n<body>{fragment_html}</body></html>\n"
        )
    }
}

/// The request behind a page.
///
/// # Examples
/// ```
/// use iota_scripts_host::{Identity, PageRequest, Tenant, User};
///
/// let ada = User::new("12", "Ada").speaking("ru");
/// let request = PageRequest {
///     identity: Some(Identity::user(Tenant::new("acme", "Acme").speaking("uz"), ada)),
///     path: "/scripts".into(),
///     query: String::new(),
///     headers: Default::default(),
/// };
/// assert_eq!(request.locale(), Some("ru"));
/// ```
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Identity of the request; `None` on a public page without a session.
    pub identity: Option<Identity>,
    /// Path, as it was asked for.
    pub path: String,
    /// Query without the question mark.
    pub query: String,
    /// Headers of the request.
    pub headers: http::HeaderMap,
}

impl PageRequest {
    /// The language to answer in: the user's, else the tenant's.
    ///
    /// `None` without an identity, or if neither has a language.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        let identity = self.identity.as_ref()?;
        let own = identity.user.as_ref().and_then(|user| user.locale.as_deref());
        own.or(identity.tenant.locale.as_deref())
    }
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tenant_record_is_flat() {
        let record = TenantRecord::active(Tenant::new("t", "T"));
        assert_eq!(serde_json::to_value(record).unwrap(), json!({"id": "t", "name": "T", "active": true}));
    }

    #[test]
    fn a_title_cannot_break_out_of_the_document() {
        let layout = PageLayout { title: "</title><script>".into(), active_nav: None };
        assert!(!layout.bare_document("", "en").contains("<script>"));
    }

    #[test]
    fn a_log_record_reads_as_one_line() {
        let json = br#"{"target":"pool","message":"worker replaced","fields":{"pid":7}}"#;
        assert_eq!(LogRecord::parse(2, json).unwrap().to_string(), "WARN  pool: worker replaced pid=7");
    }
}
