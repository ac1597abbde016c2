//! The scripts that an isolate holds: loaded sources and their compiled forms.

use std::{collections::HashMap, sync::Arc};

use boa_engine::JsObject;

use super::compile::Compiled;
use crate::{
    fault,
    protocol::{Fault, Load, ServiceSignature},
    source,
};

/// Maximum of script versions in the store.
const MAX_SCRIPTS: usize = 64;
/// Maximum of compiled entry points of one script.
const MAX_ENTRY_POINTS: usize = 8;

#[derive(Default)]
pub(super) struct Scripts {
    held: HashMap<String, StoredScript>,
    /// Counts uses, to find the least recently used script.
    clock: u64,
    catalogue: Arc<[ServiceSignature]>,
}

struct StoredScript {
    script: Arc<Load>,
    used: u64,
    compiled: Vec<(Vec<String>, Compiled)>,
    services: Option<JsObject>,
}

impl Scripts {
    pub(super) fn bind(&mut self, catalogue: Arc<[ServiceSignature]>) {
        self.catalogue = catalogue;
        for held in self.held.values_mut() {
            held.services = None;
        }
    }

    pub(super) fn catalogue(&self) -> &[ServiceSignature] {
        &self.catalogue
    }

    pub(super) fn load(&mut self, script: Load) {
        self.clock += 1;
        let script = Load { source: source::text_of(&script.source).to_owned(), ..script };
        if !self.held.contains_key(&script.key) && self.held.len() >= MAX_SCRIPTS {
            let oldest = self.held.iter().min_by_key(|(_, held)| held.used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.held.remove(&oldest);
            }
        }
        let held = StoredScript { used: self.clock, compiled: Vec::new(), services: None, script: Arc::new(script) };
        self.held.insert(held.script.key.clone(), held);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.held.contains_key(key)
    }

    /// Returns the source of a loaded script and marks it as used.
    pub(super) fn get(&mut self, key: &str) -> Result<Arc<Load>, Fault> {
        self.clock += 1;
        let held = self.held.get_mut(key);
        let held = held.ok_or_else(|| fault::INTERNAL.fault(format!("the script `{key}` is not loaded")))?;
        held.used = self.clock;
        Ok(Arc::clone(&held.script))
    }

    pub(super) fn compiled(&self, key: &str, entries: &[&str]) -> Option<Compiled> {
        let held = self.held.get(key)?;
        held.compiled.iter().find(|(names, _)| names == entries).map(|(_, compiled)| compiled.clone())
    }

    pub(super) fn keep(&mut self, key: &str, entries: &[&str], compiled: &Compiled) {
        let Some(held) = self.held.get_mut(key) else { return };
        if held.compiled.len() >= MAX_ENTRY_POINTS {
            held.compiled.clear();
        }
        held.compiled.push((entries.iter().map(|name| (*name).to_owned()).collect(), compiled.clone()));
    }

    /// Returns the `services` object of a script, unless the catalogue has changed since.
    pub(super) fn services(&self, key: &str) -> Option<JsObject> {
        self.held.get(key)?.services.clone()
    }

    pub(super) fn keep_services(&mut self, key: &str, services: &JsObject) {
        if let Some(held) = self.held.get_mut(key) {
            held.services = Some(services.clone());
        }
    }
}
