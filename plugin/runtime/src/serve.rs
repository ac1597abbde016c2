//! What an isolate answers to each message, whatever line it came over.
//!
//! The greeting is not among them: what a worker does before it is ready depends on what it is.

use std::collections::VecDeque;

use crate::{
    fault,
    host::Port,
    isolate::{Isolate, Step},
    protocol::{FromWorker, Run, ToWorker},
};

/// Does what a message asks for; none for a message that wants no answer.
pub fn answer(isolate: &mut Isolate, message: ToWorker, port: &Port) -> Option<FromWorker> {
    Some(match message {
        // Between steps nothing is left that could be recalled.
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
            told(isolate, run, step)
        }
        ToWorker::Cancel { run } => {
            let step = isolate.cancel(run);
            told(isolate, run, step)
        }
    })
}

/// Takes in a message that came in the middle of a step, to be answered after it; the answer to one that is answered at once.
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
        return told(isolate, number, Some(step));
    };
    if let Some(key) = isolate.missing(&job) {
        return FromWorker::Missing { run: number, key: key.to_owned() };
    }
    let step = isolate.begin(&job, port);
    told(isolate, number, Some(step))
}

fn told(isolate: &Isolate, run: u64, step: Option<Step>) -> FromWorker {
    match step {
        Some(Step::Waiting) => FromWorker::Waiting { run, tainted: isolate.is_tainted() },
        Some(Step::Done(done)) => FromWorker::Done { run, done: Some(done) },
        None => FromWorker::Done { run, done: None },
    }
}
