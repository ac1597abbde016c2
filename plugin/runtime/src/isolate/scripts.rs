//! The scripts that an isolate holds: sources as they were loaded, and what was compiled from them.

use std::{collections::HashMap, sync::Arc};

use boa_engine::JsObject;

use super::compile::Compiled;
use crate::{
    fault,
    protocol::{Fault, Load, ServiceSignature},
    source,
};

/// Script versions that are held at one time.
const HELD: usize = 64;
/// Entry points of one script that are held compiled.
const ENTRIES: usize = 8;

#[derive(Default)]
pub(super) struct Scripts {
    held: HashMap<String, Held>,
    /// Counts uses, so that the least recently used script can be found.
    clock: u64,
    catalogue: Arc<[ServiceSignature]>,
}

struct Held {
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
        if !self.held.contains_key(&script.key) && self.held.len() >= HELD {
            let oldest = self.held.iter().min_by_key(|(_, held)| held.used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.held.remove(&oldest);
            }
        }
        let held = Held { used: self.clock, compiled: Vec::new(), services: None, script: Arc::new(script) };
        self.held.insert(held.script.key.clone(), held);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.held.contains_key(key)
    }

    /// The source of a loaded script, marked as used.
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
        if held.compiled.len() >= ENTRIES {
            held.compiled.clear();
        }
        held.compiled.push((entries.iter().map(|name| (*name).to_owned()).collect(), compiled.clone()));
    }

    /// The `services` object of a script, unless the catalogue has changed since.
    pub(super) fn services(&self, key: &str) -> Option<JsObject> {
        self.held.get(key)?.services.clone()
    }

    pub(super) fn keep_services(&mut self, key: &str, services: &JsObject) {
        if let Some(held) = self.held.get_mut(key) {
            held.services = Some(services.clone());
        }
    }
}
