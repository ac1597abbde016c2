//! A cache of the host's tenants: scheduled runs need a tenant's name and time zone too.

use std::{collections::HashMap, sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, Monotonic, TenantId, TimeZone};
use parking_lot::Mutex;

use crate::{
    Identity, Tenant,
    lru::{Lru, lru},
    ports::{HostError, HostErrorCode, HostGateway},
};

/// How long the host's list is valid.
const LIST_TTL: Duration = Duration::from_secs(3600);
/// Minimum time before the host is asked again about a tenant missing from its list.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// How long the tenant of a host name is cached.
const HOST_NAME_TTL: Duration = Duration::from_secs(60);
/// Number of cached host names.
const CACHED_HOST_NAMES: usize = 10_000;

/// Caches the host's tenants.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct TenantDirectory {
    host: Arc<dyn HostGateway>,
    clock: Arc<dyn Clock>,
    known: Arc<Mutex<Option<CachedList>>>,
    hosts: Arc<Mutex<Lru<String, CachedHostName>>>,
}

/// The cached tenant of a host name.
struct CachedHostName {
    at: Monotonic,
    tenant: Option<Arc<Tenant>>,
}

struct CachedList {
    at: Monotonic,
    tenants: HashMap<TenantId, (Tenant, bool)>,
}

impl TenantDirectory {
    /// Creates an empty directory.
    #[must_use]
    pub fn new(host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { host, clock, known: Arc::default(), hosts: Arc::new(Mutex::new(lru(CACHED_HOST_NAMES))) }
    }

    /// Returns the tenant without a user, as the host describes it; `None` if its scripts may not run. If the host does not list its
    /// tenants, all of them are active.
    pub(crate) async fn active(&self, tenant: &TenantId) -> Option<Identity> {
        let age = self.known.lock().as_ref().map(|known| {
            let age = self.clock.monotonic().since(known.at);
            if known.tenants.contains_key(tenant) { age > LIST_TTL } else { age > RETRY_AFTER }
        });
        if age != Some(false) {
            self.refresh().await;
        }
        let known = self.known.lock();
        let tenants = known.as_ref().map(|known| &known.tenants).filter(|tenants| !tenants.is_empty());
        match tenants.map(|tenants| tenants.get(tenant)) {
            None => Some(Identity::system(tenant.clone())),
            Some(Some((tenant, true))) => {
                Some(Identity { tenant: Arc::new(tenant.clone()), ..Identity::system(tenant.id.clone()) })
            }
            Some(Some((_, false)) | None) => None,
        }
    }

    /// Returns the active tenant that serves its public endpoints under a host name, without a user.
    pub(crate) async fn by_host(&self, name: &str) -> Result<Option<Identity>, HostError> {
        let identity = |tenant: Arc<Tenant>| {
            let without_user = Identity::system(tenant.id.clone());
            Identity { tenant, ..without_user }
        };
        let now = self.clock.monotonic();
        if let Some(known) = self.hosts.lock().get(name).filter(|known| now.since(known.at) < HOST_NAME_TTL) {
            return Ok(known.tenant.clone().map(identity));
        }
        let tenant = match self.host.tenant_by_host(name).await {
            Ok(found) => Some(Arc::new(found.tenant)).filter(|_| found.active),
            Err(error) if matches!(error.code, HostErrorCode::NotFound | HostErrorCode::Unsupported) => None,
            Err(error) => return Err(error),
        };
        self.hosts.lock().insert(name.to_owned(), CachedHostName { at: now, tenant: tenant.clone() });
        Ok(tenant.map(identity))
    }

    /// Asks the host again. If it does not answer, its previous answer stays valid.
    pub(crate) async fn refresh(&self) {
        let tenants = match self.host.tenants().await {
            Ok(tenants) => {
                tenants.into_iter().map(|known| (known.tenant.id.clone(), (known.tenant, known.active))).collect()
            }
            Err(error) => {
                if error.code != HostErrorCode::Unsupported {
                    tracing::warn!("the host did not list its tenants: {error}");
                }
                let mut known = self.known.lock();
                known.take().map(|known| known.tenants).unwrap_or_default()
            }
        };
        *self.known.lock() = Some(CachedList { at: self.clock.monotonic(), tenants });
    }

    /// Returns the time zone of each tenant that has one.
    pub(crate) fn zones(&self) -> Vec<(TenantId, TimeZone)> {
        let known = self.known.lock();
        let tenants = known.iter().flat_map(|known| known.tenants.values());
        tenants.filter_map(|(tenant, _)| Some((tenant.id.clone(), tenant.timezone()?))).collect()
    }
}
