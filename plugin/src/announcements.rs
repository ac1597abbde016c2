//! Events of the plugin on their way to the host's bus: told one after the other, and waited for by nobody.

use std::{collections::VecDeque, sync::Arc};

use iota_scripts_abi::op;
use iota_scripts_services::ports::HostEvent;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::host_link::HostLink;

/// Events that wait for a slow host; beyond, the oldest are given up, for what they report is in the database.
const MOST: usize = 10_000;

/// The line of events.
#[derive(Debug)]
pub(crate) struct Announcements {
    link: Arc<HostLink>,
    line: Arc<Line>,
}

#[derive(Debug)]
struct Line {
    waiting: Mutex<Waiting>,
    is_empty: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<HostEvent>,
    /// Somebody tells them.
    told: bool,
    given_up: u64,
}

impl Announcements {
    pub(crate) fn new(link: Arc<HostLink>) -> Self {
        let line = Line { waiting: Mutex::default(), is_empty: watch::Sender::new(true) };
        Self { link, line: Arc::new(line) }
    }

    /// Puts an event at the end of the line.
    pub(crate) fn push(&self, event: HostEvent) {
        let mut waiting = self.line.waiting.lock();
        if waiting.events.len() >= MOST {
            waiting.events.pop_front();
            waiting.given_up += 1;
        }
        waiting.events.push_back(event);
        if !std::mem::replace(&mut waiting.told, true) {
            self.line.is_empty.send_replace(false);
            tokio::spawn(tell(Arc::clone(&self.link), Arc::clone(&self.line)));
        }
    }

    /// Waits until the line is empty.
    pub(crate) async fn all_told(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.line.is_empty.subscribe().wait_for(|is_empty| *is_empty).await;
    }
}

/// Tells one event after the other until none is left.
async fn tell(link: Arc<HostLink>, line: Arc<Line>) {
    while let Some((event, given_up)) = line.next() {
        if given_up > 0 {
            tracing::warn!(given_up, "the host takes events so slowly that some were not told");
        }
        if let Err(error) = link.ask_raw(op::EVENT_PUBLISH, &event).await {
            tracing::warn!(event = event.event_type, "the host did not take an event: {error}");
        }
    }
}

impl Line {
    /// The next event, and how many before it were given up.
    fn next(&self) -> Option<(HostEvent, u64)> {
        let mut waiting = self.waiting.lock();
        let given_up = std::mem::take(&mut waiting.given_up);
        let next = waiting.events.pop_front();
        if next.is_none() {
            waiting.told = false;
            self.is_empty.send_replace(true);
        }
        next.map(|event| (event, given_up))
    }
}
