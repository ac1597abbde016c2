//! Delivers events of the host's bus to scripts: each event becomes one occurrence per handler.
//!
//! The handlers of a tenant are cached; when a script changes, only that script is loaded again.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{
    Cause, Clock, EventHandler, ExecutionId, JsonText, Occurrence, OccurrenceRepository, OccurrenceState, Of, Reason,
    RepositoryError, ScriptId, ScriptRepository, TenantId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ExecutionService, Invalidation, ScheduleService,
    tenant_cache::{TenantCache, TenantData},
};

/// Maximum length of a chain of events that cause events; deeper ones are dropped.
const MAX_DEPTH: u32 = 8;
/// Tenants whose handlers are cached.
const CACHED_TENANTS: usize = 10_000;

/// An event from the host.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct IncomingEvent {
    /// Unique: an event delivered twice is handled once.
    pub id: String,
    /// `order.created`
    #[serde(rename = "type")]
    pub event_type: String,
    /// The event's tenant.
    #[serde(skip_serializing)]
    pub tenant: TenantId,
    /// The user who caused it, if any.
    #[serde(default)]
    pub user: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(default)]
    pub data: Value,
    /// The run that caused it, if known.
    #[serde(default, skip_serializing)]
    pub execution_id: Option<ExecutionId>,
}

/// Queues events for scripts.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct EventService {
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    occurrences: Arc<dyn OccurrenceRepository>,
    schedules: ScheduleService,
    clock: Arc<dyn Clock>,
    handlers: TenantCache<Handlers>,
}

/// The handlers of a tenant, in the order of their ids.
struct Handlers(BTreeMap<ScriptId, EventHandler>);

impl Handlers {
    /// Returns the handlers for events of this type.
    fn of(&self, event_type: &str) -> Vec<EventHandler> {
        self.0.values().filter(|handler| handler.patterns.matches(event_type)).cloned().collect()
    }
}

#[async_trait]
impl TenantData for Handlers {
    type Entry = EventHandler;
    type Source = dyn ScriptRepository;

    async fn load(scripts: &dyn ScriptRepository, tenant: &TenantId) -> Result<Self, RepositoryError> {
        let handlers = scripts.event_handlers(tenant, Of::All).await?;
        Ok(Self(handlers.into_iter().map(|handler| (handler.script, handler)).collect()))
    }

    async fn load_one(
        scripts: &dyn ScriptRepository,
        tenant: &TenantId,
        script: ScriptId,
    ) -> Result<Option<EventHandler>, RepositoryError> {
        Ok(scripts.event_handlers(tenant, Of::Script(script)).await?.pop())
    }

    fn apply(&mut self, changed: Vec<(ScriptId, Option<EventHandler>)>) {
        for (script, handler) in changed {
            match handler {
                Some(handler) => self.0.insert(script, handler),
                None => self.0.remove(&script),
            };
        }
    }
}

impl EventService {
    /// Creates the service from its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        runs: ExecutionService,
        occurrences: Arc<dyn OccurrenceRepository>,
        schedules: ScheduleService,
        changes: Arc<Invalidation>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let handlers = TenantCache::new(changes, CACHED_TENANTS);
        Self { scripts, runs, occurrences, schedules, clock, handlers }
    }

    /// Queues an event for every script that handles it and returns their number. An event that was delivered before is not queued again.
    ///
    /// # Errors
    /// An error from the database: the host may deliver the event again.
    pub async fn take(&self, event: &IncomingEvent) -> Result<usize, RepositoryError> {
        let concerned =
            self.handlers.read(&*self.scripts, &event.tenant, |handlers| handlers.of(&event.event_type)).await?;
        if concerned.is_empty() {
            return Ok(0);
        }
        let depth = self.depth(event).await?;
        if depth >= MAX_DEPTH {
            tracing::warn!(
                event = event.event_type,
                id = event.id,
                "scripts that cause each other are cut off at depth {MAX_DEPTH}"
            );
            return Ok(0);
        }
        let args = JsonText::from(&serde_json::to_value([event]).unwrap_or_default());
        let refused = self.runs.check_input(&args).err();
        let now = self.clock.now();
        let mut queued = 0;
        for handler in concerned {
            let target = (event.tenant.clone(), handler.script, handler.name.clone());
            let due = Occurrence { depth, ..Occurrence::due(target, Cause::Event, event.id.clone(), now, now) };
            let occurrence = match &refused {
                None => Occurrence { args: args.clone(), ..due },
                // Recorded without its data: the loss is reported, but the data are not kept.
                Some(error) => {
                    let reason = Reason::Fault { fault: error.code(), message: error.to_string() };
                    due.settled(OccurrenceState::Failed, reason, now)
                }
            };
            queued += usize::from(self.occurrences.insert(&occurrence).await?);
        }
        if queued > 0 {
            self.schedules.wake();
        }
        Ok(queued)
    }

    /// Returns the number of events between this one and one that was not caused by a script. The id of an event that a script publishes
    /// contains its run.
    async fn depth(&self, event: &IncomingEvent) -> Result<u32, RepositoryError> {
        let named = event.id.split_once(':').and_then(|(run, _)| run.parse().ok());
        let Some(run) = event.execution_id.or(named) else { return Ok(0) };
        let origin = match self.runs.recorded(&event.tenant, run).await {
            Ok(run) => run.head().origin,
            Err(RepositoryError::NotFound) => return Ok(0),
            Err(error) => return Err(error),
        };
        let Some(origin) = origin else { return Ok(1) };
        match self.occurrences.get(&event.tenant, origin.occurrence).await {
            Ok(occurrence) => Ok(occurrence.depth + 1),
            Err(RepositoryError::NotFound) => Ok(1),
            Err(error) => Err(error),
        }
    }
}
