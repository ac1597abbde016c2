//! The host's services that scripts may call: descriptors are parsed once when bound; arguments are checked at each call.
//!
//! The host replaces a service as a whole. A run sees the names bound at its start; each call is checked against the current binding.

mod descriptor;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::RwLock;

pub use descriptor::{Access, BindError, Method, Service};

use crate::ports::ServiceSignature;

/// All bound services.
#[derive(Debug, Default)]
pub struct ServiceCatalog {
    services: RwLock<Arc<BTreeMap<String, Arc<Service>>>>,
}

impl ServiceCatalog {
    /// Binds a service, or replaces the one with the same name.
    pub fn bind(&self, service: Service) {
        self.change(|services| services.insert(service.name.clone(), Arc::new(service)));
    }

    /// Unbinds a service; returns false if none has that name.
    pub fn unbind(&self, name: &str) -> bool {
        self.change(|services| services.remove(name)).is_some()
    }

    /// Returns the signatures that scripts see.
    #[must_use]
    pub fn signatures(&self) -> Arc<[ServiceSignature]> {
        let signature = |service: &Arc<Service>| ServiceSignature {
            service: service.name.clone(),
            methods: service.methods.keys().cloned().collect(),
        };
        self.services.read().values().map(signature).collect()
    }

    /// Returns the service of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Arc<Service>> {
        self.services.read().get(name).cloned()
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Arc<Service>>) -> T) -> T {
        let mut services = self.services.write();
        change(Arc::make_mut(&mut services))
    }
}
