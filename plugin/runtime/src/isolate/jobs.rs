//! The queue of microtasks.
//!
//! Timers have a separate queue (`timers`) and there are no modules, so the queue contains only promise jobs. Clean-up jobs of
//! finalisation registries are dropped, as the language allows.

use std::{cell::RefCell, collections::VecDeque, pin::pin, rc::Rc, task};

use boa_engine::{
    Context, JsResult,
    job::{Job, JobExecutor},
};

use super::activity::Activity;

/// The microtask queue of one context.
#[derive(Debug)]
pub(super) struct Jobs {
    queue: RefCell<VecDeque<Job>>,
    activity: Rc<Activity>,
}

impl Jobs {
    pub(super) fn new(activity: &Rc<Activity>) -> Self {
        Self { queue: RefCell::default(), activity: Rc::clone(activity) }
    }

    /// Drops the remaining jobs of a finished run.
    pub(super) fn clear(&self) {
        self.queue.borrow_mut().clear();
    }

    /// Runs the next job; `None` if the queue is empty.
    pub(super) fn step(&self, context: &mut Context) -> Option<JsResult<()>> {
        let job = self.queue.borrow_mut().pop_front()?;
        Some(match job {
            Job::PromiseJob(job) => job.call(context).map(drop),
            Job::GenericJob(job) => job.call(context).map(drop),
            Job::AsyncJob(job) => {
                // The only asynchronous job is a dynamic import, which the module loader rejects at the first poll.
                let context = RefCell::new(context);
                let mut import = pin!(job.call(&context));
                let waker = task::Waker::noop();
                match import.as_mut().poll(&mut task::Context::from_waker(waker)) {
                    task::Poll::Ready(outcome) => outcome.map(drop),
                    task::Poll::Pending => Ok(()),
                }
            }
            _ => Ok(()),
        })
    }
}

impl JobExecutor for Jobs {
    fn enqueue_job(self: Rc<Self>, job: Job, _context: &mut Context) {
        self.activity.mark();
        self.queue.borrow_mut().push_back(job);
    }

    fn run_jobs(self: Rc<Self>, context: &mut Context) -> JsResult<()> {
        while let Some(outcome) = self.step(context) {
            outcome?;
        }
        Ok(())
    }
}
