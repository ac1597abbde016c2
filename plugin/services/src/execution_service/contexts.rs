//! The `context` object of a run without its `execution`, serialized once per version of a script and user.

use std::{
    hash::{Hash, Hasher},
    ptr,
    sync::Arc,
};

use iota_scripts_domain::{JsonText, Script, ScriptId, ScriptName, ScriptType, Version};
use moka::sync::Cache;
use serde::Serialize;

use super::launch::json;
use crate::{Identity, ServiceError, Tenant, User};

/// Size of the cache in bytes.
const CACHE_BYTES: u64 = 2 << 20;

/// The texts in recent use.
pub(super) struct Contexts(Cache<Key, JsonText>);

/// The key of a text. The host's data about an identity are compared by address; while the key is kept, nothing else can be at that
/// address.
#[derive(Clone)]
struct Key {
    tenant: Arc<Tenant>,
    user: Option<Arc<User>>,
    script: (ScriptId, Version),
}

/// The script's view of its environment.
#[derive(Serialize)]
struct Context<'a> {
    tenant: &'a Tenant,
    user: Option<&'a User>,
    script: ContextScript<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContextScript<'a> {
    id: ScriptId,
    name: &'a ScriptName,
    #[serde(rename = "type")]
    script_type: ScriptType,
    version: Version,
    api_version: u32,
}

impl Default for Contexts {
    fn default() -> Self {
        let bytes = |_: &Key, text: &JsonText| u32::try_from(text.as_str().len()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(bytes).max_capacity(CACHE_BYTES).build())
    }
}

impl Contexts {
    /// Returns the text for a script and an identity.
    pub(super) fn of(&self, identity: &Identity, script: &Script) -> Result<JsonText, ServiceError> {
        let (tenant, user) = (Arc::clone(&identity.tenant), identity.user.clone());
        let key = Key { tenant, user, script: (script.id(), script.version()) };
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let definition = script.definition();
        let text = json(&Context {
            tenant: &identity.tenant,
            user: identity.user.as_deref(),
            script: ContextScript {
                id: script.id(),
                name: &definition.name,
                script_type: definition.kind.script_type(),
                version: script.version(),
                api_version: definition.api_version.number(),
            },
        })?;
        self.0.insert(key, text.clone());
        Ok(text)
    }
}

impl Key {
    fn addresses(&self) -> (*const Tenant, *const User) {
        (Arc::as_ptr(&self.tenant), self.user.as_ref().map_or(ptr::null(), Arc::as_ptr))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.addresses() == other.addresses() && self.script == other.script
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.addresses().hash(state);
        self.script.hash(state);
    }
}
