//! One run from the call of the entry point to the last reply.
//!
//! The result is fixed once the entry point's promise settles; the run goes on until every call to the outside that
//! the script did not wait for is answered too, so that work started in a `forEach` is not cut off.

use std::iter;

use boa_engine::{
    JsValue,
    builtins::promise::PromiseState,
    js_string,
    object::{JsObject, builtins::JsPromise},
};

use super::{
    Isolate, calls, compile,
    errors::{self, Origin, script_fault, thrown_fault},
};
use crate::{
    api,
    convert::{self, Bounds, Unserializable},
    fault,
    host::{Event, Port},
    protocol::{Fault, Job, Json, LogLevel},
    source,
};

/// Jobs between two looks at whether the run is cancelled.
const STEPS: u32 = 64;
/// Growth of live bytes after which garbage is collected by force: the engine does not see the size of buffers.
const COLLECT_STEP: u64 = 16 << 20;

/// What the entry point has come to.
enum Outcome {
    Value(JsValue),
    Promise(JsPromise),
}

impl Isolate {
    pub(super) fn execute(&mut self, job: &Job, port: &Port, origin: &Origin<'_>) -> Result<Json, Fault> {
        let entry = self.entry_point(job, origin)?;
        let args = self.arguments(job, origin)?;
        let returned = entry.call(&JsValue::undefined(), &args, &mut self.context);
        let returned = returned.map_err(|error| self.fault(error, origin))?;
        let outcome = if returned.is_object() {
            let promise = JsPromise::resolve(returned, &mut self.context);
            Outcome::Promise(promise.map_err(|error| self.fault(error, origin))?)
        } else {
            Outcome::Value(returned)
        };
        let settled = self.settle(&outcome, port, origin);
        let main = match &outcome {
            Outcome::Promise(promise) => Some(JsObject::from(promise.clone())),
            Outcome::Value(_) => None,
        };
        for reason in self.settings.activity.take_unhandled(main.as_ref()) {
            let message = convert::plain_text(&reason, &mut self.context);
            let message = format!("a promise was rejected and nobody handled it: {message}");
            api::console::write(LogLevel::Error, message, None, &mut self.context)
                .map_err(|error| self.fault(error, origin))?;
        }
        let value = settled?;
        self.result(&value, job, origin)
    }

    /// Runs the script's top level afresh and gives the function to call.
    fn entry_point(&mut self, job: &Job, origin: &Origin<'_>) -> Result<JsObject, Fault> {
        let entries: Vec<&str> = iter::once(job.entry.as_str()).chain(job.fallback.as_deref()).collect();
        let maker = match self.scripts.compiled(&job.key, &entries) {
            Some(maker) => maker,
            None => {
                let maker = compile::compile(origin, &entries, &mut self.context)?;
                self.scripts.keep(&job.key, &entries, &maker);
                maker
            }
        };
        let services = match self.scripts.services(&job.key) {
            Some(services) => services,
            None => {
                let built = api::services::build(self.scripts.catalogue(), origin.source, &mut self.context);
                let services = built.map_err(|error| self.fault(error, origin))?;
                self.scripts.keep_services(&job.key, &services);
                services
            }
        };
        let run_context = api::context::build(job.context.get(), &mut self.context);
        let run_context = run_context.map_err(|error| self.fault(error, origin))?;
        if self.globals.begin(&services, &run_context, &mut self.context).is_err() {
            self.spoiled = true;
            return Err(fault::INTERNAL.fault("the globals of the run cannot be set"));
        }
        let global = self.context.global_object().into();
        let entry = maker.call(&global, &[], &mut self.context).map_err(|error| self.fault(error, origin))?;
        entry.as_callable().ok_or_else(|| missing(&entries, origin.source))
    }

    fn arguments(&mut self, job: &Job, origin: &Origin<'_>) -> Result<Vec<JsValue>, Fault> {
        let args = convert::from_json(job.args.get(), &mut self.context).map_err(|error| self.fault(error, origin))?;
        let Some(args) = args.as_object().filter(JsObject::is_array) else {
            return Err(fault::INTERNAL.fault("the arguments of the run are no JSON array"));
        };
        let mut values = Vec::new();
        let length = args.get(js_string!("length"), &mut self.context).ok().and_then(|length| length.as_number());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an array's length is a u32")]
        for index in 0..length.unwrap_or_default() as u32 {
            values.push(args.get(index, &mut self.context).map_err(|error| self.fault(error, origin))?);
        }
        Ok(values)
    }

    /// Runs microtasks and waits for replies until nothing is left to do.
    fn settle(&mut self, outcome: &Outcome, port: &Port, origin: &Origin<'_>) -> Result<JsValue, Fault> {
        loop {
            self.drain(port, origin)?;
            let settled = match outcome {
                Outcome::Value(value) => Some(value.clone()),
                Outcome::Promise(promise) => match promise.state() {
                    PromiseState::Pending => None,
                    PromiseState::Fulfilled(value) => Some(value),
                    PromiseState::Rejected(reason) => {
                        let getter = self.stack_getter.clone();
                        return Err(thrown_fault(&reason, "", getter.as_ref(), origin, &mut self.context));
                    }
                },
            };
            let waiting = self.session.with(|run| !run.pending.is_empty()).unwrap_or_default();
            match settled {
                Some(value) if !waiting => return Ok(value),
                None if !waiting => return Err(self.never_settles(origin)),
                Some(_) | None => {}
            }
            match port.borrow_mut().wait() {
                Event::Reply(reply) => {
                    calls::settle(reply, &mut self.context).map_err(|error| self.fault(error, origin))?;
                }
                Event::Cancelled => return Err(cancelled()),
            }
        }
    }

    fn drain(&mut self, port: &Port, origin: &Origin<'_>) -> Result<(), Fault> {
        let mut steps = 0;
        while let Some(outcome) = self.jobs.step(&mut self.context) {
            outcome.map_err(|error| self.fault(error, origin))?;
            self.collect_garbage();
            steps += 1;
            if steps % STEPS == 0 && port.borrow_mut().cancelled() {
                return Err(cancelled());
            }
        }
        Ok(())
    }

    fn collect_garbage(&mut self) {
        let Some(meter) = self.config.meter else { return };
        if meter.live_bytes() > self.collected_bytes + COLLECT_STEP {
            boa_gc::force_collect();
            self.collected_bytes = meter.live_bytes();
        }
    }

    /// Nothing is left to run, and the promise is still pending.
    fn never_settles(&mut self, origin: &Origin<'_>) -> Fault {
        if self.settings.activity.had_silent_step() {
            return errors::too_deep(origin.limits);
        }
        fault::PROMISE_NEVER_SETTLES.fault(
            "the promise that the function returned never settles: it waits for something that nothing will ever resolve",
        )
    }

    fn result(&mut self, value: &JsValue, job: &Job, origin: &Origin<'_>) -> Result<Json, Fault> {
        match convert::to_json(value, Bounds::from(&job.limits), &mut self.context) {
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
        let getter = self.stack_getter.clone();
        script_fault(error, getter.as_ref(), origin, &mut self.context)
    }
}

fn cancelled() -> Fault {
    fault::CANCELLED.fault("the run was cancelled")
}

fn missing(entries: &[&str], source: &str) -> Fault {
    let entry = entries.join("` or `");
    let declared = source::declared_functions(source);
    let message = if declared.is_empty() {
        format!("the script declares no function `{entry}`, nor any other at its top level")
    } else {
        format!("the script declares no function `{entry}`; it has: {}", declared.join(", "))
    };
    fault::ENTRY_POINT_MISSING.fault(message)
}
