//! The route table of one tenant's active endpoints. Changes are applied per entry; it contains no sources.

use std::collections::HashMap;

use async_trait::async_trait;
use iota_scripts_domain::{ActiveEndpoint, HttpMethod, Of, RepositoryError, ScriptId, ScriptRepository, TenantId};

use crate::tenant_cache::TenantData;

/// One router per HTTP method.
#[derive(Default)]
pub(super) struct Table {
    routers: Vec<(HttpMethod, matchit::Router<ScriptId>)>,
    endpoints: HashMap<ScriptId, ActiveEndpoint>,
}

/// The result of matching a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// A script, with the values of the path's parameters.
    Script(ScriptId, Vec<(String, String)>),
    /// The path exists for these other methods only.
    OtherMethods(Vec<HttpMethod>),
    /// No endpoint has this path.
    Nothing,
}

impl Table {
    pub(super) fn of(endpoints: Vec<ActiveEndpoint>) -> Self {
        let routers = HttpMethod::ALL.map(|method| (method, matchit::Router::new())).into();
        let mut table = Self { routers, endpoints: HashMap::with_capacity(endpoints.len()) };
        endpoints.into_iter().for_each(|endpoint| table.insert(endpoint));
        table
    }

    pub(super) fn find(&self, method: HttpMethod, path: &str) -> Match {
        let matched =
            self.routers.iter().find(|(known, _)| *known == method).and_then(|(_, router)| router.at(path).ok());
        match matched {
            Some(matched) => {
                let params = matched.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
                Match::Script(*matched.value, params.collect())
            }
            None => match self.methods(path) {
                none if none.is_empty() => Match::Nothing,
                others => Match::OtherMethods(others),
            },
        }
    }

    pub(super) fn methods(&self, path: &str) -> Vec<HttpMethod> {
        let answering = self.routers.iter().filter(|(_, router)| router.at(path).is_ok());
        answering.map(|(method, _)| *method).collect()
    }

    /// Returns all endpoints, by path and method.
    pub(super) fn endpoints(&self) -> Vec<ActiveEndpoint> {
        let mut endpoints: Vec<ActiveEndpoint> = self.endpoints.values().cloned().collect();
        endpoints.sort_by(|one, other| {
            let place = |active: &'_ ActiveEndpoint| (active.endpoint.path.clone(), active.endpoint.method);
            let ((path, method), (other_path, other_method)) = (place(one), place(other));
            path.as_str().cmp(other_path.as_str()).then_with(|| method.as_str().cmp(other_method.as_str()))
        });
        endpoints
    }

    fn insert(&mut self, active: ActiveEndpoint) {
        let Some(router) = self.router(active.endpoint.method) else { return };
        match router.insert(active.endpoint.path.as_str(), active.script) {
            Ok(()) => {
                self.endpoints.insert(active.script, active);
            }
            // The store allows each shape once; if the router rejects a path, only that endpoint is left out.
            Err(error) => tracing::error!(script = %active.script, "an endpoint is not reachable: {error}"),
        }
    }

    fn remove(&mut self, script: ScriptId) {
        let Some(old) = self.endpoints.remove(&script) else { return };
        if let Some(router) = self.router(old.endpoint.method) {
            router.remove(old.endpoint.path.as_str());
        }
    }

    fn router(&mut self, method: HttpMethod) -> Option<&mut matchit::Router<ScriptId>> {
        self.routers.iter_mut().find(|(known, _)| *known == method).map(|(_, router)| router)
    }
}

#[async_trait]
impl TenantData for Table {
    type Entry = ActiveEndpoint;
    type Source = dyn ScriptRepository;

    async fn load(scripts: &dyn ScriptRepository, tenant: &TenantId) -> Result<Self, RepositoryError> {
        scripts.endpoints(tenant, Of::All).await.map(Self::of)
    }

    async fn load_one(
        scripts: &dyn ScriptRepository,
        tenant: &TenantId,
        script: ScriptId,
    ) -> Result<Option<ActiveEndpoint>, RepositoryError> {
        Ok(scripts.endpoints(tenant, Of::Script(script)).await?.pop())
    }

    /// A new endpoint may have the path of a removed one: all removals come first.
    fn apply(&mut self, changed: Vec<(ScriptId, Option<ActiveEndpoint>)>) {
        changed.iter().for_each(|(script, _)| self.remove(*script));
        changed.into_iter().filter_map(|(_, active)| active).for_each(|active| self.insert(active));
    }
}

#[cfg(test)]
mod tests;
