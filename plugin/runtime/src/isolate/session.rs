//! The run that has the processor, as the functions that a script calls see it.
//!
//! A context has one session for its whole life; between steps it is empty, and every function that needs a run fails.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
    time::{Instant, SystemTime},
};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsSymbol, builtins::promise::ResolvingFunctions, js_string,
};
use boa_gc::{Finalize, Trace};
use chrono_tz::Tz;

use super::timers::Timers;
use crate::{
    api::console::State,
    host::Port,
    intl::language::Language,
    protocol::{Limits, Usage},
};

/// One run: its port, its limits and what it has used.
pub(crate) struct Run {
    /// Names it in messages.
    pub(crate) number: u64,
    pub(crate) port: Port,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    /// The same by the clock of the machine.
    pub(crate) started_at: SystemTime,
    pub(crate) zone: Tz,
    /// The tenant's language.
    pub(crate) language: Language,
    pub(crate) usage: Usage,
    /// The API that the script was written for.
    pub(crate) api_version: u32,
    /// Deprecated calls that it has been told of.
    pub(crate) noticed: HashSet<&'static str>,
    /// Console output is over its limit.
    pub(crate) log_closed: bool,
    /// Calls whose replies are still to come.
    pub(crate) pending: HashMap<u64, Pending>,
    pub(crate) timers: Timers,
    pub(crate) console: State,
    /// What the script was given under a name of its own, frozen.
    pub(super) given: Vec<(&'static str, JsObject)>,
    /// The name of the last message to the outside.
    messages: u64,
}

impl Run {
    pub(super) fn new(number: u64, port: Port, limits: Limits, settings: RunSettings, started: Instant) -> Self {
        let RunSettings { zone, language, api_version } = settings;
        Self {
            number,
            port,
            limits,
            started,
            started_at: SystemTime::now(),
            zone,
            language,
            usage: Usage::default(),
            api_version,
            noticed: HashSet::new(),
            log_closed: false,
            pending: HashMap::new(),
            timers: Timers::default(),
            console: State::default(),
            given: Vec::new(),
            messages: 0,
        }
    }

    /// A name for the next message to the outside.
    pub(crate) fn next_message(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }

    /// Milliseconds since the run began.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// How the tenant writes times, unless a script says otherwise, and the version of the API that the script is for.
#[derive(Debug, Clone)]
pub(super) struct RunSettings {
    pub(super) zone: Tz,
    pub(super) language: Language,
    pub(super) api_version: u32,
}

/// A call that waits for its reply.
pub(crate) struct Pending {
    pub(crate) resolvers: ResolvingFunctions,
    /// Where the script made the call: line and column as the engine counts.
    pub(crate) position: Option<(u32, u32)>,
    pub(crate) after: ReplyDecoder,
}

/// What becomes of a reply.
pub(crate) enum ReplyDecoder {
    /// It is the promise's value.
    Value,
    /// It is the answer to an HTTP request.
    Http,
    /// It is the answer to a `fetch`.
    Fetch(FetchCall),
    /// It is rows, which become an array of objects.
    Rows,
    /// It is rows, of which the first is the promise's value.
    FirstRow,
    /// It is the text of a template that is to be rendered with the data.
    Template { name: String, data: serde_json::Value },
}

/// A `fetch` that waits for its answer.
pub(crate) struct FetchCall {
    /// By which it can be aborted.
    pub(crate) key: u64,
    /// The address that was asked for.
    pub(crate) url: String,
    /// Whether a redirect is an error.
    pub(crate) refuses_redirects: bool,
    pub(crate) signal: Option<JsObject>,
}

/// Access to the current run from any native function.
#[derive(Clone)]
pub(crate) struct Session {
    run: Rc<RefCell<Option<Run>>>,
    brand: JsSymbol,
}

/// What the brand on an error of ours says. A script can copy it onto an error of its own, where it counts for nothing.
#[derive(Debug, Clone, Trace, Finalize, boa_engine::JsData)]
pub(crate) struct Brand {
    /// The error that it was put on.
    pub(crate) error: JsObject,
    /// The fault's code when nobody catches the error.
    #[unsafe_ignore_trace]
    pub(crate) code: &'static str,
    #[unsafe_ignore_trace]
    pub(crate) position: Option<(u32, u32)>,
}

impl Session {
    pub(crate) fn new() -> JsResult<Self> {
        let brand = JsSymbol::new(Some(js_string!("iota")))
            .ok_or_else(|| JsNativeError::error().with_message("symbols ran out"))?;
        Ok(Self { run: Rc::default(), brand })
    }

    /// The session of a context.
    pub(crate) fn of(context: &Context) -> JsResult<Self> {
        let session = context.get_data::<Self>().cloned();
        session.ok_or_else(|| JsNativeError::error().with_message("there is no session").into())
    }

    /// The symbol under which errors of ours carry their [`Brand`].
    pub(crate) fn brand(&self) -> &JsSymbol {
        &self.brand
    }

    /// Gives a run the processor.
    pub(super) fn enter(&self, run: Run) {
        *self.run.borrow_mut() = Some(run);
    }

    /// Takes it away again.
    pub(super) fn leave(&self) -> Option<Run> {
        self.run.borrow_mut().take()
    }

    /// Works with the current run. Must not be nested, and must not call into the engine.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Run) -> T) -> JsResult<T> {
        let mut run = self.run.borrow_mut();
        let run = run.as_mut().ok_or_else(|| JsNativeError::error().with_message("the run has ended"))?;
        Ok(work(run))
    }
}
