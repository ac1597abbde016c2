//! Scripts in memory. Lists are not filtered; the contract suites test filters.

use async_trait::async_trait;
use iota_scripts_domain::{
    ActiveEndpoint, EventHandler, HttpMethod, Importer, Of, Page, PageRequest, RepositoryError, Revision, SaveCount,
    Script, ScriptId, ScriptQuery, ScriptRepository, ScriptVersion, TenantId, Total, Version,
};
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Scripts {
    rows: Mutex<Vec<Script>>,
    versions: Mutex<Vec<ScriptVersion>>,
    saves: Mutex<SaveCount>,
    meanwhile: Mutex<Option<Revision>>,
}

impl Scripts {
    pub(crate) fn all(&self) -> Vec<Script> {
        self.rows.lock().clone()
    }

    fn find(&self, tenant: &TenantId, wanted: impl Fn(&Script) -> bool) -> Result<Script, RepositoryError> {
        let rows = self.rows.lock();
        rows.iter().find(|row| row.tenant() == tenant && wanted(row)).cloned().ok_or(RepositoryError::NotFound)
    }

    /// Stores another new script, or a change, just before the next update.
    pub(crate) fn meanwhile(&self, revision: Revision) {
        *self.meanwhile.lock() = Some(revision);
    }

    fn replace(&self, revision: &Revision) -> Result<(), RepositoryError> {
        let script = revision.script();
        let stored = self.find(script.tenant(), |row| row.id() == script.id())?;
        if stored.version() != revision.base() {
            return Err(RepositoryError::Stale { current: stored.version() });
        }
        if revision.saved_since().is_some_and(|since| since != *self.saves.lock()) {
            return Err(RepositoryError::Overtaken);
        }
        self.room_for(script)?;
        self.count_save();
        self.rows.lock().iter_mut().filter(|row| row.id() == script.id()).for_each(|row| *row = script.clone());
        self.versions.lock().push(revision.snapshot().clone());
        Ok(())
    }

    fn count_save(&self) {
        let mut saves = self.saves.lock();
        *saves = saves.next();
    }

    /// Checks for conflicts with other scripts.
    fn room_for(&self, script: &Script) -> Result<(), RepositoryError> {
        let rows = self.rows.lock();
        let mut others = rows.iter().filter(|row| row.tenant() == script.tenant() && row.id() != script.id());
        let (name, endpoint) = (&script.definition().name, place(script));
        if others.clone().any(|row| row.definition().name == *name) {
            return Err(RepositoryError::NameTaken);
        }
        if endpoint.is_some() && others.any(|row| place(row) == endpoint) {
            return Err(RepositoryError::EndpointTaken);
        }
        Ok(())
    }
}

#[async_trait]
impl ScriptRepository for Scripts {
    async fn insert(&self, revision: &Revision) -> Result<(), RepositoryError> {
        if revision.saved_since().is_some_and(|since| since != *self.saves.lock()) {
            return Err(RepositoryError::Overtaken);
        }
        self.room_for(revision.script())?;
        self.count_save();
        self.rows.lock().push(revision.script().clone());
        self.versions.lock().push(revision.snapshot().clone());
        Ok(())
    }

    async fn update(&self, revision: &Revision) -> Result<(), RepositoryError> {
        let meanwhile = self.meanwhile.lock().take();
        if let Some(other) = meanwhile {
            if other.script().version() == Version::FIRST {
                self.insert(&other).await?;
            } else {
                self.replace(&other)?;
            }
        }
        self.replace(revision)
    }

    async fn saves(&self, _: &TenantId) -> Result<SaveCount, RepositoryError> {
        Ok(*self.saves.lock())
    }

    async fn delete(&self, tenant: &TenantId, id: ScriptId) -> Result<(), RepositoryError> {
        self.get(tenant, id).await?;
        self.rows.lock().retain(|row| row.id() != id);
        self.versions.lock().retain(|version| version.script_id != id);
        self.count_save();
        Ok(())
    }

    async fn get(&self, tenant: &TenantId, id: ScriptId) -> Result<Script, RepositoryError> {
        self.find(tenant, |row| row.id() == id)
    }

    async fn get_by_name(&self, tenant: &TenantId, name: &str) -> Result<Script, RepositoryError> {
        self.find(tenant, |row| row.definition().name.as_str() == name)
    }

    async fn list(&self, tenant: &TenantId, _: &ScriptQuery) -> Result<Page<Script>, RepositoryError> {
        let items: Vec<_> = self.rows.lock().iter().filter(|row| row.tenant() == tenant).cloned().collect();
        Ok(Page::whole(items))
    }

    async fn count(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Total, RepositoryError> {
        Ok(Total::of(self.list(tenant, query).await?.total))
    }

    async fn endpoints(&self, tenant: &TenantId, of: Of) -> Result<Vec<ActiveEndpoint>, RepositoryError> {
        let endpoint = |row: &Script| {
            let (definition, endpoint) = (row.definition(), row.definition().kind.endpoint()?.clone());
            let (name, description) = (definition.name.clone(), definition.description.clone());
            Some(ActiveEndpoint { script: row.id(), name, description, endpoint })
        };
        Ok(self.rows.lock().iter().filter(|row| is_active(row, tenant, of)).filter_map(endpoint).collect())
    }

    async fn event_handlers(&self, tenant: &TenantId, of: Of) -> Result<Vec<EventHandler>, RepositoryError> {
        let handler = |row: &Script| {
            let patterns = row.definition().kind.event_patterns().filter(|patterns| !patterns.is_empty())?;
            let (name, patterns) = (row.definition().name.clone(), patterns.clone());
            Some(EventHandler { script: row.id(), name, patterns })
        };
        Ok(self.rows.lock().iter().filter(|row| is_active(row, tenant, of)).filter_map(handler).collect())
    }

    async fn importers(&self, tenant: &TenantId) -> Result<Vec<Importer>, RepositoryError> {
        let rows = self.rows.lock();
        let importer = |script: &Script| Importer {
            id: script.id(),
            name: script.definition().name.clone(),
            imports: script.definition().imports.clone(),
            runs_as: script.runs_as().cloned(),
            reaches_out: script.definition().reaches_out(),
        };
        Ok(rows.iter().filter(|row| row.tenant() == tenant).map(importer).collect())
    }

    async fn versions(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        _: PageRequest,
    ) -> Result<Page<ScriptVersion>, RepositoryError> {
        self.get(tenant, id).await?;
        let versions = self.versions.lock();
        let items: Vec<_> = versions.iter().rev().filter(|version| version.script_id == id).cloned().collect();
        Ok(Page::whole(items))
    }

    async fn version(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        number: Version,
    ) -> Result<ScriptVersion, RepositoryError> {
        let versions = self.versions.lock();
        let wanted = |row: &&ScriptVersion| row.tenant == *tenant && row.script_id == id && row.version == number;
        versions.iter().find(wanted).cloned().ok_or(RepositoryError::NotFound)
    }
}

fn is_active(row: &Script, tenant: &TenantId, of: Of) -> bool {
    row.tenant() == tenant && row.definition().active && matches!(of, Of::All) | (of == Of::Script(row.id()))
}

fn place(script: &Script) -> Option<(HttpMethod, String)> {
    script.definition().kind.endpoint().map(|endpoint| (endpoint.method, endpoint.path.shape()))
}
