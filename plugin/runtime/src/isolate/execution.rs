//! Executes the steps of a run, from the call of the entry point to the last reply.
//!
//! The result is fixed once the entry point's promise settles. The run continues until the host calls that the script did not
//! await are answered too: work started in a `forEach` is not cut off, and no call of a failed run continues after the run is
//! recorded.

use std::{iter, sync::Arc};

use boa_engine::{
    JsError, JsResult, JsString, JsValue,
    builtins::promise::PromiseState,
    js_string,
    object::{IntegrityLevel, JsObject, builtins::JsPromise},
};

use super::{
    Isolate, calls, compile,
    environment::RunEnvironment,
    errors::{self, Origin, script_fault, thrown_fault},
    is_engine_failure,
    task::{EntryOutcome, Task},
    timer_queue::Action,
    timers,
};
use crate::{
    convert::{self, Bounds, Unserializable},
    fault, language,
    protocol::{Fault, FaultKind, Job, Json, Library, LogLevel, Reply},
};

/// Units of work that each microtask counts in addition to its own, so that a run of many small microtasks is checked too.
const JOB_COST: u32 = 1 << 10;

impl Isolate {
    /// The first step: runs the top level, calls the function and continues to the first wait.
    pub(super) fn call_entry_point(&mut self, job: &Job, task: &mut Task) -> Result<Option<Json>, Fault> {
        let script = Arc::clone(&task.script);
        let origin = Origin { name: &script.name, source: &script.source, limits: &job.plan.limits };
        let outcome = match self.first_call(job, &task.environment, &origin) {
            Ok(outcome) => outcome,
            Err(fault) if is_engine_failure(&fault) => return Err(fault),
            Err(fault) => EntryOutcome::Failed(fault),
        };
        task.outcome = Some(outcome.clone());
        self.run_microtasks(&outcome, &origin)
    }

    fn first_call(
        &mut self,
        job: &Job,
        environment: &RunEnvironment,
        origin: &Origin<'_>,
    ) -> Result<EntryOutcome, Fault> {
        let entry = self.entry_point(job, environment, origin)?;
        let args = self.arguments(job, origin)?;
        let returned = entry.call(&JsValue::undefined(), &args, &mut self.context);
        let returned = returned.map_err(|error| self.fault(error, origin))?;
        let waits = match returned.as_object() {
            None => false,
            Some(object) if object.is_ordinary() => {
                let then = object.get(js_string!("then"), &mut self.context);
                // If `then` cannot be read, the promise reports the error.
                then.map_or(true, |then| then.is_callable())
            }
            Some(_) => true,
        };
        if !waits {
            return Ok(EntryOutcome::Value(returned));
        }
        let promise = JsPromise::resolve(returned, &mut self.context);
        Ok(EntryOutcome::Promise(promise.map_err(|error| self.fault(error, origin))?))
    }

    /// A later step: settles the promise of the reply and continues to the next wait.
    pub(super) fn take_reply(&mut self, reply: Reply, task: &mut Task) -> Result<Option<Json>, Fault> {
        let (script, limits) = (Arc::clone(&task.script), task.limits);
        let origin = Origin { name: &script.name, source: &script.source, limits: &limits };
        let outcome = task.outcome.clone().ok_or_else(|| fault::INTERNAL.fault("the run was not begun"))?;
        let is_timer = self.session.with(|run| run.timers.wait_is_over(reply.call)).unwrap_or_default();
        if is_timer {
            return match self.fire_timers(&outcome, &origin) {
                // As if the function had thrown it: pending calls are waited for.
                Err(fault) if matches!(fault.kind, FaultKind::User | FaultKind::Service) => {
                    let failed = EntryOutcome::Failed(fault);
                    task.outcome = Some(failed.clone());
                    self.conclude(Ok(()), &failed, &origin)
                }
                fired => self.conclude(fired, &outcome, &origin),
            };
        }
        calls::settle(reply, &mut self.context).map_err(|error| self.fault(error, &origin))?;
        self.run_microtasks(&outcome, &origin)
    }

    /// Runs microtasks until the queue is empty. Returns the result, or `None` if the run waits.
    fn run_microtasks(&mut self, outcome: &EntryOutcome, origin: &Origin<'_>) -> Result<Option<Json>, Fault> {
        let drained = self.drain(origin);
        self.conclude(drained, outcome, origin)
    }

    /// Returns the result of the run after a step, or `None` while the run waits.
    fn conclude(
        &mut self,
        step: Result<(), Fault>,
        outcome: &EntryOutcome,
        origin: &Origin<'_>,
    ) -> Result<Option<Json>, Fault> {
        let settled = step.and_then(|()| self.settled(outcome, origin));
        if matches!(settled, Ok(None)) {
            return Ok(None);
        }
        let main = match outcome {
            EntryOutcome::Promise(promise) => Some(JsObject::from(promise.clone())),
            EntryOutcome::Value(_) | EntryOutcome::Failed(_) => None,
        };
        let unhandled = self.settings.activity.take_unhandled(main.as_ref());
        let more =
            unhandled.more.then(|| (LogLevel::Warn, "further unhandled promise rejections are not shown".to_owned()));
        let lines: Vec<_> =
            unhandled.reasons.iter().map(|reason| errors::unhandled(reason, &mut self.context)).collect();
        for (level, message) in lines.into_iter().chain(more) {
            self.session.log(level, message, None).map_err(|error| self.fault(error, origin))?;
        }
        self.log_dropped_timers().map_err(|error| self.fault(error, origin))?;
        match settled? {
            Some(value) => self.result(&value, origin).map(Some),
            None => Ok(None),
        }
    }

    /// Fires the due timers one after another, each with the microtasks that it causes, until the function has ended.
    fn fire_timers(&mut self, outcome: &EntryOutcome, origin: &Origin<'_>) -> Result<(), Fault> {
        let session = self.session.clone();
        let no_run = |_| fault::INTERNAL.fault("the run has no session");
        let now_ms = session.with(|run| run.timers.now_ms(run.elapsed_ms())).map_err(no_run)?;
        while outcome.is_open() {
            let Some((number, action)) = session.with(|run| run.timers.take_due(now_ms)).map_err(no_run)? else {
                break;
            };
            let done = match &action {
                Action::Call { function, args, .. } => function.call(&JsValue::undefined(), args, &mut self.context),
                Action::Wake(resolvers) => resolvers.resolve.call(&JsValue::undefined(), &[], &mut self.context),
                Action::Signal(abort) => abort.call(&JsValue::undefined(), &[], &mut self.context),
            };
            done.map_err(|error| self.fault(error, origin))?;
            self.drain(origin)?;
            timers::repeat(&session, number, action).map_err(no_run)?;
        }
        if outcome.is_open() && !timers::wait(&session).map_err(no_run)? {
            return Err(fault::TIMER_LIMIT.fault(timers::too_often()));
        }
        Ok(())
    }

    /// Logs the number of dropped timers, if there are any.
    fn log_dropped_timers(&mut self) -> JsResult<()> {
        let message = match self.session.with(|run| run.timers.dropped())? {
            0 => return Ok(()),
            1 => "a timer had not fired when the function ended, and was dropped".to_owned(),
            many => format!("{many} timers had not fired when the function ended, and were dropped"),
        };
        self.session.log(LogLevel::Warn, message, None)
    }

    /// Runs the script's top level and returns the function to call.
    fn entry_point(&mut self, job: &Job, environment: &RunEnvironment, origin: &Origin<'_>) -> Result<JsObject, Fault> {
        let entries: Vec<&str> = iter::once(job.plan.entry.as_str()).chain(job.plan.fallback.as_deref()).collect();
        let compiled = match self.scripts.compiled(&job.plan.key, &entries) {
            Some(compiled) => compiled,
            None => {
                let compiled = compile::compile(origin, &entries, &mut self.context)?;
                self.scripts.keep(&job.plan.key, &entries, &compiled);
                compiled
            }
        };
        compiled.require(&job.plan.libraries, origin)?;
        let services = self.services(&job.plan.key, origin)?;
        let execution = job.execution.as_ref().map(|json| json.get());
        let run_context = environment.shared.for_run(execution, &mut self.context);
        let run_context = run_context.map_err(|error| self.fault(error, origin))?;
        let libraries = self.libraries(job, &run_context).map_err(|error| match error {
            LibraryError::Fault(fault) => fault,
            LibraryError::Thrown(error) => self.fault(error, origin),
        })?;
        compiled.require_names(&libraries, origin, &mut self.context)?;
        let named = vec![("context", run_context.clone()), ("services", services.clone())];
        self.session.with(|run| run.given = named).map_err(|error| self.fault(error, origin))?;
        let given = [run_context.into(), services.into(), libraries.into()];
        let top_level = compiled.maker.call(&JsValue::undefined(), &given, &mut self.context);
        let top_level = top_level.map_err(|error| self.fault(error, origin))?;
        let top_level = top_level.as_callable().ok_or_else(|| missing(&entries, origin.source))?;
        let global = self.context.global_object().into();
        let entry = top_level.call(&global, &[], &mut self.context).map_err(|error| self.fault(error, origin))?;
        entry.as_callable().ok_or_else(|| missing(&entries, origin.source))
    }

    fn services(&mut self, key: &str, origin: &Origin<'_>) -> Result<JsObject, Fault> {
        if let Some(services) = self.scripts.services(key) {
            return Ok(services);
        }
        let built = (self.api.services)(self.scripts.catalogue(), origin.source, &mut self.context);
        let services = built.map_err(|error| self.fault(error, origin))?;
        self.scripts.keep_services(key, &services);
        Ok(services)
    }

    /// Runs the top level of each library and returns an object of their exports by specifier.
    fn libraries(&mut self, job: &Job, run_context: &JsObject) -> Result<JsObject, LibraryError> {
        let libraries = JsObject::with_null_proto();
        for Library { specifier, key } in &job.plan.libraries {
            let script = self.scripts.get(key)?;
            let origin = Origin { name: specifier, source: &script.source, limits: &job.plan.limits };
            // Libraries are compiled without an entry point, scripts never are.
            let compiled = match self.scripts.compiled(key, &[]) {
                Some(compiled) => compiled,
                None => {
                    let compiled = compile::compile_library(&origin, specifier, &mut self.context);
                    let compiled = compiled.map_err(|fault| library_fault(specifier, fault))?;
                    self.scripts.keep(key, &[], &compiled);
                    compiled
                }
            };
            compiled
                .require(&job.plan.libraries, &origin)
                .and_then(|()| compiled.require_names(&libraries, &origin, &mut self.context))
                .map_err(|fault| library_fault(specifier, fault))?;
            // This parses the text; its nesting was checked when it was compiled.
            let services = self.services(key, &origin)?;
            let given = [run_context.clone().into(), services.into(), libraries.clone().into()];
            let top_level = compiled.maker.call(&JsValue::undefined(), &given, &mut self.context)?;
            let global = self.context.global_object().into();
            let exports = match top_level.as_callable() {
                Some(top_level) => top_level.call(&global, &[], &mut self.context)?,
                None => JsValue::undefined(),
            };
            if let Some(exports) = exports.as_object() {
                exports.set_integrity_level(IntegrityLevel::Frozen, &mut self.context)?;
            }
            libraries.create_data_property_or_throw(JsString::from(specifier.as_str()), exports, &mut self.context)?;
        }
        Ok(libraries)
    }

    fn arguments(&mut self, job: &Job, origin: &Origin<'_>) -> Result<Vec<JsValue>, Fault> {
        let args = convert::from_json(job.args.get(), &mut self.context).map_err(|error| self.fault(error, origin))?;
        let Some(args) = args.as_object().filter(JsObject::is_array) else {
            return Err(fault::INTERNAL.fault("the arguments of the run are not a JSON array"));
        };
        let mut values = Vec::new();
        let length = args.get(js_string!("length"), &mut self.context).ok().and_then(|length| length.as_number());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an array's length is a u32")]
        for index in 0..length.unwrap_or_default() as u32 {
            values.push(args.get(index, &mut self.context).map_err(|error| self.fault(error, origin))?);
        }
        if let (Some((from, to)), Some(request)) = (job.raw_body, values.first().and_then(JsValue::as_object)) {
            let body = job.args.get().get(from..to).unwrap_or_default();
            self.add_raw_body(&request, body).map_err(|error| self.fault(error, origin))?;
        }
        Ok(values)
    }

    /// Adds `rawBody` to a request: the body as received, taken from the arguments' JSON.
    fn add_raw_body(&mut self, request: &JsObject, body: &str) -> JsResult<()> {
        let raw = match body.as_bytes() {
            [b'"', ..] => request.get(js_string!("body"), &mut self.context)?,
            b"null" => JsString::default().into(),
            _ => JsString::from(body).into(),
        };
        request.create_data_property_or_throw(js_string!("rawBody"), raw, &mut self.context).map(drop)
    }

    /// Returns the value of the entry point once all calls are answered; `None` while replies are pending.
    fn settled(&mut self, outcome: &EntryOutcome, origin: &Origin<'_>) -> Result<Option<JsValue>, Fault> {
        let ended = !outcome.is_open();
        let waiting = self.session.with(|run| {
            if ended {
                run.timers.close();
            }
            !run.pending.is_empty() || run.timers.are_waiting()
        });
        if waiting.unwrap_or_default() {
            return Ok(None);
        }
        match outcome {
            EntryOutcome::Value(value) => Ok(Some(value.clone())),
            EntryOutcome::Failed(fault) => Err(fault.clone()),
            EntryOutcome::Promise(promise) => match promise.state() {
                PromiseState::Pending => Err(self.never_settles(origin)),
                PromiseState::Fulfilled(value) => Ok(Some(value)),
                PromiseState::Rejected(reason) => Err(thrown_fault(&reason, "", origin, &mut self.context)),
            },
        }
    }

    fn drain(&mut self, origin: &Origin<'_>) -> Result<(), Fault> {
        while let Some(outcome) = self.jobs.step(&mut self.context) {
            outcome.and_then(|()| self.context.work(JOB_COST)).map_err(|error| self.fault(error, origin))?;
            self.settings.garbage.collect();
        }
        Ok(())
    }

    /// Returns the fault of a promise that is still pending although nothing is left to run.
    fn never_settles(&mut self, origin: &Origin<'_>) -> Fault {
        if self.settings.activity.had_silent_step() {
            return errors::too_deep(origin.limits);
        }
        fault::PROMISE_NEVER_SETTLES.fault(
            "the promise that the function returned never settles: it waits for something that nothing will ever resolve",
        )
    }

    fn result(&mut self, value: &JsValue, origin: &Origin<'_>) -> Result<Json, Fault> {
        let value = self.api.result(value, &mut self.context).map_err(|error| self.fault(error, origin))?;
        match convert::to_json(&value, Bounds::from(origin.limits), &mut self.context) {
            Ok(Some(json)) => Ok(json),
            Ok(None) => Ok(serde_json::value::RawValue::NULL.to_owned()),
            Err(Unserializable::Thrown(error)) => Err(self.fault(error, origin)),
            Err(error @ Unserializable::TooLarge { .. }) => {
                Err(fault::RESULT_TOO_LARGE.fault(format!("the result cannot be returned: {error}")))
            }
            Err(error) => Err(fault::RESULT_NOT_SERIALIZABLE.fault(format!("the result cannot be returned: {error}"))),
        }
    }

    fn fault(&mut self, error: boa_engine::JsError, origin: &Origin<'_>) -> Fault {
        script_fault(error, origin, &mut self.context)
    }
}

/// The failure of a library.
enum LibraryError {
    /// The library does not compile.
    Fault(Fault),
    /// Its top level threw.
    Thrown(JsError),
}

impl From<Fault> for LibraryError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<JsError> for LibraryError {
    fn from(error: JsError) -> Self {
        Self::Thrown(error)
    }
}

/// Converts a fault in a library's text: the message contains the position, since it is not in the script's text.
fn library_fault(specifier: &str, fault: Fault) -> Fault {
    let place = fault.line.map(|line| format!(" (line {line})")).unwrap_or_default();
    let message = format!("{specifier}{place}: {}", fault.message);
    Fault { message, line: None, column: None, source_line: None, ..fault }
}

fn missing(entries: &[&str], source: &str) -> Fault {
    let entry = entries.join("` or `");
    let declared = language::declared_functions(source);
    let message = if declared.is_empty() {
        format!("the script declares no function `{entry}`, nor any other at its top level")
    } else {
        format!("the script declares no function `{entry}`; it has: {}", declared.join(", "))
    };
    fault::ENTRY_POINT_MISSING.fault(message)
}
