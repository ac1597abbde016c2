//! A cache of identities: the host sends the same JSON text with each request of a session, and it is parsed once.

use std::{fmt, sync::Arc};

use iota_scripts_services::{Identity, ports::HostError};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::parse;

/// Maximum size of the cached texts in bytes.
const MAX_CACHED_BYTES: u64 = 2 << 20;

/// Recently used identities by their JSON text.
pub(crate) struct Identities(Cache<Arc<str>, Identity>);

/// A head that contains an identity.
pub(crate) trait Head<'h>: Deserialize<'h> {
    /// The head with the identity as raw JSON.
    type Raw: Deserialize<'h>;
    /// Returns `None` if the identity cannot be parsed.
    fn of(raw: Self::Raw, identities: &Identities) -> Option<Self>;
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identities").field(&self.0.entry_count()).finish()
    }
}

impl Default for Identities {
    fn default() -> Self {
        let bytes = |text: &Arc<str>, _: &Identity| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(bytes).max_capacity(MAX_CACHED_BYTES).build())
    }
}

impl Identities {
    /// Parses a head. If it is invalid, it is parsed a second time without the cache, which is slower and yields the
    /// position of the error.
    pub(crate) fn read<'h, H: Head<'h>>(&self, head: &'h [u8]) -> Result<H, HostError> {
        let raw = serde_json::from_slice(head).ok();
        raw.and_then(|raw| H::of(raw, self)).map_or_else(|| parse(head), Ok)
    }

    /// Returns the identity of a JSON text, or `None` if it is not a valid identity.
    pub(crate) fn named(&self, text: &RawValue) -> Option<Identity> {
        if let Some(known) = self.0.get(text.get()) {
            return Some(known);
        }
        let read: Identity = serde_json::from_str(text.get()).ok()?;
        self.0.insert(text.get().into(), read.clone());
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Named<I = Identity> {
        identity: I,
    }

    impl<'h> Head<'h> for Named {
        type Raw = Named<&'h RawValue>;
        fn of(raw: Self::Raw, identities: &Identities) -> Option<Self> {
            Some(Self { identity: identities.named(raw.identity)? })
        }
    }

    #[test]
    fn equal_texts_share_an_identity() {
        let identities = Identities::default();
        let read = |head: &str| identities.read::<Named>(head.as_bytes()).map(|head| head.identity);
        let first = read(r#"{"identity": {"tenant": {"id": "a"}, "user": {"id": "u"}}}"#).unwrap();
        let again = read(r#"{"identity": {"tenant": {"id": "a"}, "user": {"id": "u"}}}"#).unwrap();
        assert!(Arc::ptr_eq(&first.tenant, &again.tenant));
        let other = read(r#"{"identity": {"tenant": {"id": "b"}, "user": {"id": "u"}}}"#).unwrap();
        assert_eq!((first.tenant_id().as_str(), other.tenant_id().as_str()), ("a", "b"));
    }

    #[test]
    fn an_invalid_head_is_reported_with_its_position() {
        let identities = Identities::default();
        let error = identities.read::<Named>(br#"{"identity": {"tenant": {"id": 7}}}"#).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("identity.tenant.id"));
        let error = identities.read::<Named>(br#"{"identity": {"#).unwrap_err();
        assert_eq!(error.code.as_str(), "VALIDATION");
    }
}
