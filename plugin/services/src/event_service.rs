//! Events of the host's bus, for the scripts that handle them: each becomes an occurrence of each handler, once.
//!
//! Which scripts handle what is remembered for as long as no script of the tenant changes.

use std::{collections::HashMap, sync::Arc};

use iota_scripts_domain::{
    Cause, Clock, EventPatterns, ExecutionId, JsonText, Occurrence, OccurrenceRepository, OccurrenceState, Reason,
    RepositoryError, ScriptId, ScriptName, ScriptRepository, TenantId, Timestamp, UserId,
};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Changes, ExecutionService, ScheduleService, changes::Stamp};

/// Events may cause events so often; what a deeper one says is not heard any more.
const DEEPEST: u32 = 8;
/// Tenants whose handlers are remembered.
const REMEMBERED: usize = 10_000;

/// An event as the host tells it.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct IncomingEvent {
    /// Unique: the same event told twice is handled once.
    pub id: String,
    /// `order.created`
    #[serde(rename = "type")]
    pub event_type: String,
    /// Whose event it is.
    #[serde(skip_serializing)]
    pub tenant: TenantId,
    /// Who caused it, if a user did.
    #[serde(default)]
    pub user: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(default)]
    pub data: Value,
    /// The run that caused it, if the host knows of one.
    #[serde(default, skip_serializing)]
    pub execution_id: Option<ExecutionId>,
}

/// Hands events to scripts.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct EventService {
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    occurrences: Arc<dyn OccurrenceRepository>,
    schedules: ScheduleService,
    changes: Arc<Changes>,
    clock: Arc<dyn Clock>,
    handlers: Mutex<HashMap<TenantId, Remembered>>,
}

/// The handlers of a tenant, as they were when so much had changed.
struct Remembered {
    stamp: Stamp,
    handlers: Arc<[Handler]>,
}

struct Handler {
    script: ScriptId,
    name: ScriptName,
    patterns: EventPatterns,
}

impl EventService {
    /// The service over its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        runs: ExecutionService,
        occurrences: Arc<dyn OccurrenceRepository>,
        schedules: ScheduleService,
        changes: Arc<Changes>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { scripts, runs, occurrences, schedules, changes, clock, handlers: Mutex::default() }
    }

    /// Queues an event for every script that handles it; how many there are. An event that was told before is not queued again.
    ///
    /// # Errors
    /// What the database says: the host may tell the event again.
    pub async fn take(&self, event: &IncomingEvent) -> Result<usize, RepositoryError> {
        let handlers = self.handlers(&event.tenant).await?;
        let concerned: Vec<&Handler> =
            handlers.iter().filter(|handler| handler.patterns.matches(&event.event_type)).collect();
        if concerned.is_empty() {
            return Ok(0);
        }
        let depth = self.depth(event).await?;
        if depth >= DEEPEST {
            tracing::warn!(
                event = event.event_type,
                id = event.id,
                "scripts that cause each other are cut off at depth {DEEPEST}"
            );
            return Ok(0);
        }
        let args = JsonText::from(&serde_json::to_value([event]).unwrap_or_default());
        let refused = self.runs.check_input(&args).err();
        let now = self.clock.now();
        let mut queued = 0;
        for handler in concerned {
            let whose = (event.tenant.clone(), handler.script, handler.name.clone());
            let due = Occurrence { depth, ..Occurrence::due(whose, Cause::Event, event.id.clone(), now, now) };
            let occurrence = match &refused {
                None => Occurrence { args: args.clone(), ..due },
                // In the ledger without its data: what is lost is told, and not kept.
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

    /// Events between this one and something that no script did. What a script publishes bears the run in its id.
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

    async fn handlers(&self, tenant: &TenantId) -> Result<Arc<[Handler]>, RepositoryError> {
        let stamp = self.changes.stamp(tenant);
        if let Some(known) = self.handlers.lock().get(tenant)
            && known.stamp == stamp
        {
            return Ok(Arc::clone(&known.handlers));
        }
        let scripts = self.scripts.event_handlers(tenant).await?;
        let handlers: Arc<[Handler]> = scripts
            .into_iter()
            .filter_map(|script| {
                let definition = script.definition();
                let patterns = definition.kind.event_patterns()?.clone();
                Some(Handler { script: script.id(), name: definition.name.clone(), patterns })
            })
            .collect();
        let mut remembered = self.handlers.lock();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(tenant.clone(), Remembered { stamp, handlers: Arc::clone(&handlers) });
        Ok(handlers)
    }
}
