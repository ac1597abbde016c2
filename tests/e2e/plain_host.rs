//! A host that speaks the contract's raw messages: their number, and the handling of invalid answers.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use iota_scripts_abi::{flags, op, status};
use iota_scripts_host::table::{Callbacks, HostVTable, Instance, Status};
use iota_scripts_tests::{TestDatabase, admin, library};
use serde_json::{Value, json};

/// The answers to one message with several questions, or with several events.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BatchReply {
    Complete,
    Unsupported,
    /// An empty body.
    Empty,
}

struct PlainHost {
    many: BatchReply,
    instance: OnceLock<Instance>,
    next: AtomicU64,
    /// Whether single events wait for their answer.
    holds_events: AtomicBool,
    event: Mutex<Event>,
    changed: Condvar,
}

#[derive(Default)]
struct Event {
    notes: Vec<u32>,
    asked: Vec<(u32, Value)>,
    held: Vec<u64>,
    /// The heads of responses that have begun, and whether they have ended.
    answers: HashMap<u64, (Value, bool)>,
}

impl Callbacks for PlainHost {
    fn submit(&self, op: u32, id: u64, head: &[u8], _body: &[u8]) -> Result<(), Status> {
        let head: Value = serde_json::from_slice(head).expect("JSON");
        let mut event = self.event.lock().expect("no panic");
        if id == 0 {
            event.notes.push(op);
        } else {
            event.asked.push((op, head.clone()));
            if op == op::EVENT_PUBLISH && self.holds_events.load(Ordering::Relaxed) {
                event.held.push(id);
            } else {
                drop(event);
                self.answer(op, id, &head);
            }
        }
        self.changed.notify_all();
        Ok(())
    }

    fn reply(&self, id: u64, frame_flags: u32, head: &[u8], _body: &[u8]) -> Result<(), Status> {
        let mut event = self.event.lock().expect("no panic");
        let (first, ended) = event.answers.entry(id).or_default();
        if !head.is_empty() && first.is_null() {
            *first = serde_json::from_slice(head).expect("JSON");
        }
        *ended = frame_flags & flags::END != 0;
        drop(event);
        self.changed.notify_all();
        Ok(())
    }

    fn cancel(&self, _: u64) -> Result<(), Status> {
        Ok(())
    }

    fn log(&self, _: u32, _: &[u8]) -> Result<(), Status> {
        Ok(())
    }
}

impl PlainHost {
    fn answer(&self, op: u32, id: u64, head: &Value) {
        let unsupported = Err("UNSUPPORTED");
        let answer = match (op, self.many) {
            (op::AUTHORIZE, _) => Ok(json!({"allowed": true})),
            (op::AUTHORIZE_MANY | op::EVENTS_PUBLISH, BatchReply::Unsupported) => unsupported,
            (op::AUTHORIZE_MANY, BatchReply::Complete) => {
                let number = head["permissions"].as_array().expect("permissions").len();
                Ok(json!({"allowed": vec![true; number]}))
            }
            (op::AUTHORIZE_MANY | op::EVENTS_PUBLISH, _) | (op::EVENT_PUBLISH, _) => Ok(json!({})),
            (op::TENANT_LIST, _) => Ok(json!({"tenants": []})),
            _ => unsupported,
        };
        let (flags, head) = match answer {
            Ok(head) => (flags::END, head),
            Err(code) => (flags::END | flags::ERROR, json!({"error": {"code": code, "message": "not here"}})),
        };
        // The plugin must refuse a late answer. The instance is known as soon as `start` has returned.
        let _ = self.instance.wait().reply(id, flags, head.to_string().as_bytes(), &[]);
    }

    /// Waits until `ready` returns a value.
    fn wait<T>(&self, mut ready: impl FnMut(&Event) -> Option<T>) -> T {
        let mut event = self.event.lock().expect("no panic");
        loop {
            if let Some(found) = ready(&event) {
                return found;
            }
            let (again, late) = self.changed.wait_timeout(event, Duration::from_secs(30)).expect("no panic");
            assert!(!late.timed_out(), "no other events were sent");
            event = again;
        }
    }

    /// Sends one request and reads its response to the end; returns the head.
    fn request(&self, method: &str, path: &str, body: &str) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let headers = json!([["content-type", "application/json"]]);
        let head = json!({"method": method, "path": path, "query": "", "headers": headers, "csrf_ok": true,
                          "identity": admin()});
        let submitted =
            self.instance.wait().submit(op::HTTP_REQUEST, id, head.to_string().as_bytes(), body.as_bytes(), 1 << 30);
        submitted.expect("taken");
        self.wait(|event| event.answers.get(&id).filter(|(_, ended)| *ended).map(|(head, _)| head.clone()))
    }

    /// Opens a page: its status, and the questions about permissions meanwhile.
    fn page(&self) -> (u64, Vec<u32>) {
        self.event.lock().expect("no panic").asked.clear();
        let head = self.request("GET", "/scripts", "");
        let event = self.event.lock().expect("no panic");
        let asked =
            event.asked.iter().map(|(op, _)| *op).filter(|op| matches!(*op, op::AUTHORIZE | op::AUTHORIZE_MANY));
        (head["status"].as_u64().expect("a status"), asked.collect())
    }

    /// The published events: the operation and the names of the scripts.
    fn published(&self, scripts: usize) -> Vec<(u32, Vec<String>)> {
        let name = |event: &Value| event["data"]["name"].as_str().expect("a name").to_owned();
        let of = |(op, head): &(u32, Value)| match *op {
            op::EVENT_PUBLISH => Some((*op, vec![name(head)])),
            op::EVENTS_PUBLISH => Some((*op, head["events"].as_array().expect("events").iter().map(name).collect())),
            _ => None,
        };
        let all = |event: &Event| event.asked.iter().filter_map(of).collect::<Vec<(u32, Vec<String>)>>();
        let last = format!("Job {scripts}");
        let is_last = |(op, names): &(u32, Vec<String>)| {
            (self.many == BatchReply::Complete || *op == op::EVENT_PUBLISH) && names.last() == Some(&last)
        };
        self.wait(|event| Some(all(event)).filter(|all| all.last().is_some_and(is_last)))
    }

    /// Creates scripts while the answer to the first event is pending, then answers it.
    fn create_while_the_bus_is_slow(&self, scripts: usize) {
        self.holds_events.store(true, Ordering::Relaxed);
        for number in 1..=scripts {
            let body = json!({"name": format!("Job {number}"), "type": "one_off", "content": "function main() {}"});
            let made = self.request("POST", "/scripts/api/v1/scripts", &body.to_string());
            assert_eq!(made["status"], 201, "{made}");
        }
        self.wait(|event| (!event.held.is_empty()).then_some(()));
        self.holds_events.store(false, Ordering::Relaxed);
        let held = std::mem::take(&mut self.event.lock().expect("no panic").held);
        held.into_iter().for_each(|id| self.answer(op::EVENT_PUBLISH, id, &Value::Null));
    }
}

/// Runs a test with a plugin behind a plain host, on its own database.
fn with(many: BatchReply, capabilities: &[&str], act: impl FnOnce(&PlainHost)) {
    let database = TestDatabase::sqlite();
    let config = json!({"database": {"url": database.url()}, "worker": {"max_workers": 1}, "log_level": "error",
                        "events": ["scripts.script.created"], "capabilities": capabilities});
    let host = Arc::new(PlainHost {
        many,
        instance: OnceLock::new(),
        next: AtomicU64::new(1),
        holds_events: AtomicBool::new(false),
        event: Mutex::default(),
        changed: Condvar::new(),
    });
    let entry_point = HostVTable::open(Arc::clone(&host) as _);
    let instance = library().module().start(Some(&entry_point), config.to_string().as_bytes()).expect("started");
    host.instance.set(instance).expect("once");
    host.wait(|event| event.notes.contains(&op::PLUGIN_READY).then_some(()));
    act(&host);
    instance.stop(5000).expect("stopping");
    host.wait(|event| event.notes.contains(&op::PLUGIN_STOPPED).then_some(()));
    entry_point.close();
}

const BOTH: [&str; 2] = ["authorize.many", "events.publish"];

#[test]
fn a_page_asks_one_question_if_the_host_supports_it() {
    with(BatchReply::Complete, &BOTH, |host| assert_eq!(host.page(), (200, vec![op::AUTHORIZE_MANY])));
    with(BatchReply::Complete, &[], |host| assert_eq!(host.page(), (200, vec![op::AUTHORIZE; 6])));
}

#[test]
fn a_failing_capability_falls_back_to_single_questions() {
    with(BatchReply::Unsupported, &BOTH, |host| {
        let (status, asked) = host.page();
        assert_eq!((status, asked[0], &asked[1..]), (200, op::AUTHORIZE_MANY, &[op::AUTHORIZE; 6][..]));
        assert_eq!(host.page(), (200, vec![op::AUTHORIZE; 6]), "and not tried again");
    });
}

#[test]
fn an_empty_answer_denies_everything() {
    with(BatchReply::Empty, &BOTH, |host| assert_eq!(host.page(), (503, vec![op::AUTHORIZE_MANY])));
}

#[test]
fn waiting_events_are_sent_in_one_message_in_order() {
    let names = |numbers: std::ops::RangeInclusive<u32>| numbers.map(|number| format!("Job {number}")).collect();
    let first: (u32, Vec<String>) = (op::EVENT_PUBLISH, names(1..=1));
    let together: (u32, Vec<String>) = (op::EVENTS_PUBLISH, names(2..=5));
    with(BatchReply::Complete, &BOTH, |host| {
        host.create_while_the_bus_is_slow(5);
        assert_eq!(host.published(5), [first.clone(), together.clone()]);
    });
    let singly = |from: u32| (from..=5).map(|number| (op::EVENT_PUBLISH, vec![format!("Job {number}")]));
    with(BatchReply::Unsupported, &BOTH, |host| {
        host.create_while_the_bus_is_slow(5);
        let all: Vec<_> = [first.clone(), together.clone()].into_iter().chain(singly(2)).collect();
        assert_eq!(host.published(5), all, "none is lost");
    });
    with(BatchReply::Complete, &[], |host| {
        host.create_while_the_bus_is_slow(5);
        assert_eq!(host.published(5), singly(1).collect::<Vec<_>>());
    });
}

#[test]
fn an_invalid_pattern_is_refused_immediately() {
    with(BatchReply::Complete, &BOTH, |host| {
        let instance = host.instance.wait();
        let tell = |head: &[u8]| instance.submit(op::EVENTS_WANTED, 0, head, b"", 0).map_err(|status| status.0);
        assert_eq!(tell(br#"{"patterns": ["scripts.custom.*"]}"#), Ok(()));
        for bad in [&br#"{"patterns": ["order.*"]}"#[..], br#"{"patterns": 5}"#, b"{}", b""] {
            assert_eq!(tell(bad), Err(status::INVALID));
        }
    });
}
