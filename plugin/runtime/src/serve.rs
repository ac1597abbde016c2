//! Answers messages with an isolate, independent of the transport.
//!
//! Greetings are not handled here: the start of a worker differs between processes and threads.

use std::collections::VecDeque;

use crate::{
    fault,
    host::Port,
    isolate::{Isolate, Step},
    protocol::{FromWorker, Run, ToWorker},
};

/// Executes a message and returns its answer; `None` for a message without an answer.
pub fn answer(isolate: &mut Isolate, message: ToWorker, port: &Port) -> Option<FromWorker> {
    Some(match message {
        // Between steps there is no run that could be recalled.
        ToWorker::Hello(_) | ToWorker::Template(_) | ToWorker::Recall { .. } => return None,
        ToWorker::Bind(services) => {
            isolate.bind(services);
            return None;
        }
        ToWorker::Load(script) => {
            isolate.load(script);
            return None;
        }
        ToWorker::Check(check) => FromWorker::Checked(isolate.check(&check)),
        ToWorker::Plan { slot, plan } => {
            isolate.plan(slot, plan);
            return None;
        }
        ToWorker::Run(run) if isolate.is_tainted() => FromWorker::NotStarted { run: run.run },
        ToWorker::Run(run) => begin(isolate, run, port),
        ToWorker::Reply(reply) => {
            let (run, step) = (reply.run, isolate.reply(reply));
            step_answer(isolate, run, step)
        }
        ToWorker::Cancel { run } => {
            let step = isolate.cancel(run);
            step_answer(isolate, run, step)
        }
    })
}

/// Queues a message that arrived in the middle of a step; returns the answer if it is answered immediately.
pub fn keep(later: &mut VecDeque<ToWorker>, message: ToWorker) -> Option<FromWorker> {
    let ToWorker::Recall { run } = message else {
        later.push_back(message);
        return None;
    };
    let recalled = later.iter().position(|message| matches!(message, ToWorker::Run(sent) if sent.run == run))?;
    later.remove(recalled);
    Some(FromWorker::NotStarted { run })
}

fn begin(isolate: &mut Isolate, run: Run, port: &Port) -> FromWorker {
    let number = run.run;
    let Some(job) = isolate.job(run) else {
        let step = isolate.never_begun(fault::INTERNAL.fault("the plan of the run was not sent"));
        return step_answer(isolate, number, Some(step));
    };
    if let Some(key) = isolate.missing(&job) {
        return FromWorker::Missing { run: number, key: key.to_owned() };
    }
    let step = isolate.begin(&job, port);
    step_answer(isolate, number, Some(step))
}

fn step_answer(isolate: &Isolate, run: u64, step: Option<Step>) -> FromWorker {
    match step {
        Some(Step::Waiting) => FromWorker::Waiting { run, tainted: isolate.is_tainted() },
        Some(Step::Done(done)) => FromWorker::Done { run, done: Some(done) },
        None => FromWorker::Done { run, done: None },
    }
}
