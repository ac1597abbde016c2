//! Use cases of scripts: create, read, change, activate, deactivate, delete, and their versions.
//!
//! Each asks the host for its permission first; every change is announced on the host's bus.

mod activation;
mod check_limiter;
mod run_as;
mod seen;
mod validation;

use std::sync::Arc;

use check_limiter::CheckLimiter;
use iota_scripts_domain::{
    Clock, DomainEvent, Fault, FaultCode, FieldError, FieldProblem, Importer, Limits, Page, PageRequest, Permission,
    RepositoryError, Revision, Script, ScriptDefinition, ScriptDraft, ScriptId, ScriptInput, ScriptQuery,
    ScriptRepository, ScriptVersion, Stamp, TimeZone, Total, UserId, Version,
};

pub use activation::Activation;
pub use seen::{Seen, SeenLibrary};

use crate::{
    Identity, Invalidation, ScriptCache, ServiceError, SourceRights,
    authorizer::Authorizer,
    error::OrNotFound as _,
    event_publisher::EventPublisher,
    ports::{Check, Checked, Diagnostic, HostGateway, Runtime, Severity},
};

/// Maximum number of attempts of a save; it is retried if another script of the tenant was saved in the meantime.
const MAX_SAVE_ATTEMPTS: u32 = 20;

/// All use cases of scripts except running them.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScriptService {
    scripts: Arc<dyn ScriptRepository>,
    script_cache: ScriptCache,
    runtime: Arc<dyn Runtime>,
    authorizer: Authorizer,
    rights: SourceRights,
    event_publisher: EventPublisher,
    changes: Arc<Invalidation>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    check_limiter: CheckLimiter,
}

impl ScriptService {
    /// Creates the service from its ports and the operator's limits.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        runtime: Arc<dyn Runtime>,
        host: Arc<dyn HostGateway>,
        rights: SourceRights,
        changes: Arc<Invalidation>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        let event_publisher = EventPublisher::new(Arc::clone(&host), Arc::clone(&clock));
        let script_cache = ScriptCache::new(Arc::clone(&scripts), Arc::clone(&changes));
        Self {
            scripts,
            script_cache,
            runtime,
            authorizer: Authorizer::new(host),
            rights,
            event_publisher,
            changes,
            clock,
            limits,
            check_limiter: CheckLimiter::default(),
        }
    }

    /// Creates a script. A draft, which is inactive, need not compile.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.create` (and `scripts.manage_endpoints` for an endpoint and a script that writes the host's tables;
    /// `RunsAs` for one that runs as another user), `Invalid`, `DoesNotCompile`, `Unchecked`, `NameTaken`, `EndpointTaken`, or an error
    /// from the host or the database.
    pub async fn create(&self, identity: &Identity, input: &ScriptInput) -> Result<Script, ServiceError> {
        self.create_as(identity, ScriptId::generate(), input).await
    }

    /// Creates a script with an id from the form: submitting the form twice creates one script.
    ///
    /// # Errors
    /// As for [`Self::create`].
    pub async fn create_as(
        &self,
        identity: &Identity,
        id: ScriptId,
        input: &ScriptInput,
    ) -> Result<Script, ServiceError> {
        self.authorizer.require(identity, Permission::Create).await?;
        let draft = ScriptDraft::parse(input)?;
        let revision = Script::create(id, identity.tenant_id().clone(), draft, self.stamp(identity));
        let definition = revision.script().definition();
        self.rights.require(identity, None, definition).await?;
        self.require_known(identity, None, definition.run_as.as_ref()).await?;
        let revision = revision.in_zone(zone_of(identity));
        let imports = self.examine(identity, revision.script().definition()).await?;
        let seen = Seen::libraries(&input.seen_libraries)?;
        let script = match self.store(identity, None, revision.importing(imports), &seen).await {
            Ok(script) => script,
            Err(error) => return self.find(identity, id).await.map_err(|_| error),
        };
        self.changes.of_script(script.tenant(), script.id());
        self.event_publisher.publish(&DomainEvent::ScriptCreated(script.clone()));
        Ok(script)
    }

    /// Returns the permissions of an identity, for pages that show only the allowed actions. Asks the host once if it supports that. The
    /// use cases check permissions themselves; in the same request they reuse these answers.
    ///
    /// # Errors
    /// An error from the host.
    pub async fn permissions(&self, identity: &Identity) -> Result<Vec<Permission>, ServiceError> {
        self.authorizer.granted(identity).await
    }

    /// Rejects an identity that lacks a permission.
    ///
    /// # Errors
    /// `Forbidden`, or an error from the host.
    pub async fn require(&self, identity: &Identity, permission: Permission) -> Result<(), ServiceError> {
        self.authorizer.require(identity, permission).await
    }

    /// Returns the display names of users of the tenant, for pages; users unknown to the host are left out.
    pub async fn names(&self, identity: &Identity, users: Vec<UserId>) -> Vec<(UserId, String)> {
        self.authorizer.names(identity.tenant_id(), users).await
    }

    /// Returns one script.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound`, or an error from the host or the database.
    pub async fn get(&self, identity: &Identity, id: ScriptId) -> Result<Script, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        self.find(identity, id).await
    }

    /// Returns a page of the tenant's scripts.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn list(&self, identity: &Identity, query: &ScriptQuery) -> Result<Page<Script>, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        Ok(self.scripts.list(identity.tenant_id(), query).await?)
    }

    /// Returns the number of the tenant's scripts that match a query.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn count(&self, identity: &Identity, query: &ScriptQuery) -> Result<Total, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        Ok(self.scripts.count(identity.tenant_id(), query).await?)
    }

    /// Replaces a script's definition, based on the version that the author saw.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update` (and `scripts.manage_endpoints` for an endpoint and a script that writes the host's tables;
    /// `RunsAs` for any change of a text that runs as another user, directly or through other scripts), `NotFound`, `Stale`, `Invalid`,
    /// `DoesNotCompile` or `Unchecked` for an active script, `NameTaken`, `EndpointTaken`, or an error from the host or the database.
    pub async fn replace(
        &self,
        identity: &Identity,
        id: ScriptId,
        base: Version,
        input: &ScriptInput,
    ) -> Result<Script, ServiceError> {
        self.authorizer.require(identity, Permission::Update).await?;
        let script = self.find(identity, id).await?;
        let draft = ScriptDraft::parse(input)?;
        let revision = script.revise(draft, base, self.stamp(identity))?;
        self.apply(identity, script, revision, &Seen::libraries(&input.seen_libraries)?).await
    }

    /// Activates a script, which ends its quarantine; does nothing if it is active. The first user to activate a script lends it their
    /// rights, for the version that they have seen.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update` (and `scripts.manage_endpoints` as for [`Self::replace`]), `NotFound`, `DoesNotCompile`,
    /// `Unchecked` when the compiler could not answer, `Stale` when it was changed at the same moment. When the script would run as this
    /// user from now on: `Stale` when `seen` is not the newest version, and `Invalid` without `seen`, if another user wrote it.
    pub async fn activate(
        &self,
        identity: &Identity,
        id: ScriptId,
        seen: impl Into<Seen>,
    ) -> Result<Script, ServiceError> {
        let seen = seen.into();
        let script = self.to_change(identity, id).await?;
        if script.would_borrow_rights() {
            match seen.script {
                Some(seen) if seen != script.version() => {
                    return Err(ServiceError::Stale { current: script.version() });
                }
                None if script.updated().by != identity.author() => {
                    let message = "the script would run as you from now on: send the version that you have seen";
                    return Err(FieldError::new("base_version", FieldProblem::Required, message).into());
                }
                Some(_) | None => {}
            }
        }
        let revision = script.activate(self.stamp(identity));
        self.apply(identity, script, revision, &seen.libraries).await
    }

    /// Deactivates a script: it does not run until it is activated again. Takes the same rights as activating it.
    ///
    /// # Errors
    /// As for [`Self::activate`].
    pub async fn deactivate(&self, identity: &Identity, id: ScriptId) -> Result<Script, ServiceError> {
        let script = self.to_change(identity, id).await?;
        let revision = script.deactivate(self.stamp(identity));
        self.apply(identity, script, revision, &[]).await
    }

    /// Makes an old version the newest one; the script stays active or inactive.
    ///
    /// # Errors
    /// As for [`Self::activate`]; `NotFound` also when there is no such version; `NameTaken` and `EndpointTaken` when another script now
    /// has the old version's name or route.
    pub async fn restore(&self, identity: &Identity, id: ScriptId, number: Version) -> Result<Script, ServiceError> {
        let script = self.to_change(identity, id).await?;
        let old = self.scripts.version(identity.tenant_id(), id, number).await.or_not_found("version")?;
        let revision = script.restore(&old, self.stamp(identity));
        self.apply(identity, script, revision, &[]).await
    }

    /// Deletes a script with its versions and its history.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.delete` (and as for [`Self::deactivate`], because a deleted script no longer runs either), `NotFound`,
    /// or an error from the host or the database.
    pub async fn delete(&self, identity: &Identity, id: ScriptId) -> Result<(), ServiceError> {
        self.authorizer.require(identity, Permission::Delete).await?;
        let script = self.find(identity, id).await?;
        self.rights.require(identity, Some(&script), script.definition()).await?;
        self.require_unused(&script).await?;
        self.scripts.delete(identity.tenant_id(), id).await.or_not_found("script")?;
        self.changes.of_script(identity.tenant_id(), id);
        self.event_publisher.publish(&DomainEvent::ScriptDeleted { script, by: identity.author() });
        Ok(())
    }

    /// Returns a page of a script's versions, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound`, or an error from the host or the database.
    pub async fn versions(
        &self,
        identity: &Identity,
        id: ScriptId,
        page: PageRequest,
    ) -> Result<Page<ScriptVersion>, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        self.scripts.versions(identity.tenant_id(), id, page).await.or_not_found("script")
    }

    /// Returns one version.
    ///
    /// # Errors
    /// As for [`Self::versions`].
    pub async fn version(
        &self,
        identity: &Identity,
        id: ScriptId,
        number: Version,
    ) -> Result<ScriptVersion, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        self.scripts.version(identity.tenant_id(), id, number).await.or_not_found("version")
    }

    /// Checks a source before it runs. A check that takes too long is a diagnostic, too.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update` and without `scripts.create`, `RateLimited` when the user exceeds the rate or the number of
    /// concurrent checks, or `Unchecked` when the compiler could not answer.
    pub async fn check(&self, identity: &Identity, check: &Check) -> Result<Vec<Diagnostic>, ServiceError> {
        self.authorizer.require_any(identity, [Permission::Update, Permission::Create]).await?;
        let _turn = self.check_limiter.take(identity).await?;
        let checked = match self.runtime.check(identity.tenant_id(), check, &self.limits).await {
            Err(fault) if fault.code == FaultCode::CheckTimeout => return Ok(vec![without_position(fault)]),
            checked => checked,
        };
        let Checked { mut found, imports, .. } = checked.map_err(ServiceError::Unchecked)?;
        for missing_imports in self.exports(identity.tenant_id()).missing_imports(&imports).await? {
            let line = missing_imports.line.and_then(|line| check.source.lines().nth(line.saturating_sub(1) as usize));
            found.push(Diagnostic { source_line: line.map(str::to_owned), ..missing_imports });
        }
        Ok(found)
    }

    /// Rejects the removal of a library that other scripts import.
    async fn require_unused(&self, script: &Script) -> Result<(), ServiceError> {
        if !script.definition().library {
            return Ok(());
        }
        let name = script.definition().name.as_str();
        let importers = self.scripts.importers(script.tenant()).await?;
        let uses = |importer: &Importer| importer.imports.iter().any(|known| known == name);
        let users: Vec<String> = importers.into_iter().filter(uses).map(|importer| importer.name.to_string()).collect();
        if users.is_empty() { Ok(()) } else { Err(ServiceError::LibraryInUse(users)) }
    }

    async fn find(&self, identity: &Identity, id: ScriptId) -> Result<Script, ServiceError> {
        self.scripts.get(identity.tenant_id(), id).await.or_not_found("script")
    }

    async fn to_change(&self, identity: &Identity, id: ScriptId) -> Result<Script, ServiceError> {
        self.authorizer.require(identity, Permission::Update).await?;
        self.find(identity, id).await
    }

    /// Stores a change, if it changes anything and the user may make it; returns the resulting script. Every change of a script passes
    /// through here.
    async fn apply(
        &self,
        identity: &Identity,
        script: Script,
        revision: Option<Revision>,
        seen: &[SeenLibrary],
    ) -> Result<Script, ServiceError> {
        let becomes = revision.as_ref().map_or(script.definition(), |revision| revision.script().definition());
        self.rights.require(identity, Some(&script), becomes).await?;
        let Some(revision) = revision else { return Ok(script) };
        let revision = revision.in_zone(zone_of(identity));
        let (old, new) = (script.definition(), revision.script().definition());
        self.require_known(identity, script.runs_as(), new.run_as.as_ref()).await?;
        let needs_check = new.source != old.source || (new.active && !old.active);
        let imports = if needs_check { self.examine(identity, new).await? } else { new.imports.clone() };
        let script = self.store(identity, Some(&script), revision.importing(imports), seen).await?;
        self.changes.of_script(script.tenant(), script.id());
        self.event_publisher.publish(&DomainEvent::ScriptUpdated(script.clone()));
        Ok(script)
    }

    /// Stores a validated change. Its rules depend on the tenant's other scripts, so they are checked again, and the change is stored only
    /// if none of those was saved in the meantime.
    async fn store(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        revision: Revision,
        seen: &[SeenLibrary],
    ) -> Result<Script, ServiceError> {
        let mut decisions = 1..=MAX_SAVE_ATTEMPTS;
        loop {
            let since = self.scripts.saves(identity.tenant_id()).await?;
            self.require_storable(identity, old, revision.script(), seen).await?;
            let decided = revision.clone().since(since);
            let stored = match old {
                Some(_) => self.scripts.update(&decided).await,
                None => self.scripts.insert(&decided).await,
            };
            match stored {
                Err(RepositoryError::Overtaken) if decisions.next().is_some() => {}
                stored => return stored.or_not_found("script").map(|()| revision.into_script()),
            }
        }
    }

    /// Rejects a change that needs rights its author lacks, removes exports in use, lends rights to an unseen text, or imports a missing
    /// library.
    async fn require_storable(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        new: &Script,
        seen: &[SeenLibrary],
    ) -> Result<(), ServiceError> {
        let definition = new.definition();
        self.rights.require(identity, old, definition).await?;
        if let Some(old) = old {
            self.require_exports_kept(old, definition).await?;
        }
        let same_text = |old: &Script| {
            let before = old.definition();
            before.source == definition.source && before.reaches_out() == definition.reaches_out()
        };
        let runs_no_more =
            |old: &Script| old.runs_as() == new.runs_as() && (old.definition().active || !definition.active);
        if old.is_some_and(|old| same_text(old) && runs_no_more(old)) {
            return Ok(());
        }
        let own = definition.library.then(|| definition.name.as_str());
        let linked = self.script_cache.uncached().link(identity.tenant_id(), &definition.imports, own).await?;
        self.require_seen(identity, old, new, linked, seen).await
    }

    /// Rejects a change that removes exports which other scripts import.
    async fn require_exports_kept(&self, script: &Script, new: &ScriptDefinition) -> Result<(), ServiceError> {
        let old = script.definition();
        if old.name != new.name || !new.library {
            self.require_unused(script).await
        } else if old.library && old.source != new.source {
            self.exports(script.tenant()).require_kept(script, new.source.as_str()).await
        } else {
            Ok(())
        }
    }

    fn stamp(&self, identity: &Identity) -> Stamp {
        Stamp { at: self.clock.now(), by: identity.author() }
    }
}

/// Creates a diagnostic without a position in the text.
fn without_position(fault: Fault) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: fault.code.as_str().to_owned(),
        message: fault.message,
        line: Some(1),
        column: Some(1),
        end_line: Some(1),
        end_column: Some(2),
        source_line: None,
    }
}

/// Returns the tenant's time zone, for schedules without their own.
fn zone_of(identity: &Identity) -> TimeZone {
    identity.tenant.timezone().unwrap_or(TimeZone::UTC)
}
