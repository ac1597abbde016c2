//! Tools of the checks: a host that records its messages, and a started plugin.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail, ensure};
use iota_scripts_abi::{PLUGIN_ID_BIT, flags, op, status};
use iota_scripts_host::{
    Identity, Library, Tenant, User,
    table::{Callbacks, HostVTable, Instance, Module, Status},
};
use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};

use super::Subject;

/// Maximum time to wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// One received frame.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) flags: u32,
    pub(super) head: Value,
    pub(super) body: Vec<u8>,
    pub(super) bytes: u64,
}

impl Frame {
    pub(super) const fn is_last(&self) -> bool {
        self.flags & flags::END != 0
    }

    /// Returns the code of an error frame.
    pub(super) fn error_code(&self) -> Option<&str> {
        (self.flags & flags::ERROR != 0).then(|| self.head["error"]["code"].as_str().unwrap_or("no code"))
    }
}

#[derive(Default)]
struct Event {
    notes: Vec<(u32, Value)>,
    frames: HashMap<u64, Vec<Frame>>,
    questions: Vec<(u32, u64)>,
    complaint: Option<String>,
}

/// A host that allows everything and records its messages.
#[derive(Default)]
pub(super) struct Recorder {
    event: Mutex<Event>,
    changed: Condvar,
    instance: OnceLock<Instance>,
    /// Called inside `reply`, with the id, before the frame is recorded.
    pub(super) on_reply: OnceLock<Box<dyn Fn(Instance, u64) + Send + Sync>>,
}

impl Recorder {
    /// Waits until `ready` returns a value.
    fn wait<T>(&self, what: &str, mut ready: impl FnMut(&Event) -> Option<T>) -> anyhow::Result<T> {
        let limit = Instant::now() + TIMEOUT;
        let mut event = self.event.lock();
        loop {
            if let Some(complaint) = &event.complaint {
                bail!("{complaint}");
            }
            if let Some(found) = ready(&event) {
                return Ok(found);
            }
            let late = self.changed.wait_until(&mut event, limit).timed_out();
            ensure!(!late, "{what} did not come within {} s", TIMEOUT.as_secs());
        }
    }

    /// Returns the first notification of one of these operations.
    pub(super) fn note(&self, ops: &[u32]) -> anyhow::Result<(u32, Value)> {
        let what = ops.iter().map(|op| op::name(*op)).collect::<Vec<_>>().join(" or ");
        self.wait(&what, |event| event.notes.iter().find(|(op, _)| ops.contains(op)).cloned())
    }

    /// Returns all frames of an id up to its last.
    pub(super) fn frames(&self, id: u64) -> anyhow::Result<Vec<Frame>> {
        self.wait(&format!("the last frame of request {id}"), |event| {
            event.frames.get(&id).filter(|frames| frames.last().is_some_and(Frame::is_last)).cloned()
        })
    }

    /// Returns the frames of an id so far, once there are at least `count` or the last has arrived.
    pub(super) fn at_least(&self, id: u64, count: usize) -> anyhow::Result<Vec<Frame>> {
        self.wait(&format!("frame {count} of request {id}"), |event| {
            let frames = event.frames.get(&id)?;
            (frames.len() >= count || frames.last().is_some_and(Frame::is_last)).then(|| frames.clone())
        })
    }

    fn warn(&self, complaint: String) -> Result<(), Status> {
        self.event.lock().complaint.get_or_insert(complaint);
        self.changed.notify_all();
        Err(Status::INVALID)
    }

    fn knows(&self, instance: Instance) {
        let _ = self.instance.set(instance);
        let open = std::mem::take(&mut self.event.lock().questions);
        open.into_iter().for_each(|(op, id)| answer(instance, op, id));
    }
}

fn answer(instance: Instance, op: u32, id: u64) {
    let (flags, head) = match op {
        op::AUTHORIZE => (flags::END, json!({"allowed": true})),
        op::SERVICE_CALL => (flags::END, json!({"value": 42})),
        op::IDENTITY_RESOLVE => (flags::END, json!({"identity": identity()})),
        op::TENANT_LIST => (flags::END, json!({"tenants": [{"id": "t1", "name": "One", "active": true}]})),
        op::EVENT_PUBLISH => (flags::END, json!({})),
        _ => (flags::END | flags::ERROR, json!({"error": {"code": "UNSUPPORTED", "message": "not here"}})),
    };
    // The plugin may reject a late answer.
    let _ = instance.reply(id, flags, head.to_string().as_bytes(), &[]);
}

impl Callbacks for Recorder {
    fn submit(&self, op: u32, id: u64, head: &[u8], _body: &[u8]) -> Result<(), Status> {
        let Ok(head) = serde_json::from_slice(head) else {
            return self.warn(format!("the head of {} is not JSON", op::name(op)));
        };
        if id == 0 {
            self.event.lock().notes.push((op, head));
            self.changed.notify_all();
            return Ok(());
        }
        if id & PLUGIN_ID_BIT == 0 {
            return self.warn(format!("{} came with id {id}, which is in the host's space", op::name(op)));
        }
        match self.instance.get() {
            Some(instance) => answer(*instance, op, id),
            None => self.event.lock().questions.push((op, id)),
        }
        Ok(())
    }

    fn reply(&self, id: u64, flags: u32, head: &[u8], body: &[u8]) -> Result<(), Status> {
        let parsed = if head.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(head) };
        let Ok(parsed) = parsed else { return self.warn(format!("a frame's head of request {id} is not JSON")) };
        if let (Some(call), Some(instance)) = (self.on_reply.get(), self.instance.get()) {
            call(*instance, id);
        }
        let frame = Frame { flags, head: parsed, body: body.to_vec(), bytes: (head.len() + body.len()) as u64 };
        if flags & flags::ERROR != 0 && !frame.is_last() {
            return self.warn(format!("an error frame of request {id} came without END"));
        }
        let mut event = self.event.lock();
        let frames = event.frames.entry(id).or_default();
        let ended = frames.last().is_some_and(Frame::is_last);
        frames.push(frame);
        drop(event);
        if ended {
            return self.warn(format!("request {id} got a frame after its END"));
        }
        self.changed.notify_all();
        Ok(())
    }

    fn cancel(&self, _id: u64) -> Result<(), Status> {
        Ok(())
    }

    fn log(&self, _level: u32, json: &[u8]) -> Result<(), Status> {
        match serde_json::from_slice::<Value>(json) {
            Ok(record) if record["message"].is_string() => Ok(()),
            _ => self.warn("a log record is not of the contract's shape".into()),
        }
    }
}

/// A plugin that is ready, on a database in the check's folder.
pub(super) struct Session {
    pub(super) instance: Instance,
    pub(super) recorder: Arc<Recorder>,
    pub(super) entry_point: HostVTable,
}

/// The result of a start.
pub(super) enum Start {
    Ready(Session),
    Failed(Value),
    Refused(Status),
}

impl Session {
    pub(super) fn begin(subject: &Subject) -> anyhow::Result<Self> {
        let module = Library::open(&subject.library)?.module();
        Self::with_config(module, config(&subject.folder).to_string().as_bytes())?.ready()
    }

    pub(super) fn with_config(module: Module, config: &[u8]) -> anyhow::Result<Start> {
        let recorder = Arc::new(Recorder::default());
        let entry_point = HostVTable::open(Arc::clone(&recorder) as _);
        let instance = match module.start(Some(&entry_point), config) {
            Ok(instance) => instance,
            Err(status) => return Ok(Start::Refused(status)),
        };
        recorder.knows(instance);
        let (op, head) = recorder.note(&[op::PLUGIN_READY, op::PLUGIN_FAILED])?;
        let session = Self { instance, recorder, entry_point };
        Ok(if op == op::PLUGIN_READY { Start::Ready(session) } else { Start::Failed(head["error"].clone()) })
    }

    /// Sends a request and returns all its frames.
    pub(super) fn ask(&self, op: u32, id: u64, head: &Value) -> anyhow::Result<Vec<Frame>> {
        self.submit(op, id, head, &[], u64::from(u32::MAX))?;
        self.recorder.frames(id)
    }

    pub(super) fn submit(&self, op: u32, id: u64, head: &Value, body: &[u8], window: u64) -> anyhow::Result<()> {
        let taken = self.instance.submit(op, id, head.to_string().as_bytes(), body, window);
        taken.map_err(|status| anyhow!("{} was refused with {status}", op::name(op)))
    }

    /// Creates a one-off script and returns its id.
    pub(super) fn script(&self, id: u64, name: &str, source: &str) -> anyhow::Result<String> {
        let head = json!({"method": "POST", "path": "/scripts/api/v1/scripts", "query": "", "identity": identity(),
                          "headers": [["content-type", "application/json"]], "csrf_ok": true});
        let body = json!({"name": name, "type": "one_off", "content": source}).to_string();
        self.submit(op::HTTP_REQUEST, id, &head, body.as_bytes(), u64::from(u32::MAX))?;
        let frames = self.recorder.frames(id)?;
        let answer: Vec<u8> = frames.iter().flat_map(|frame| frame.body.clone()).collect();
        let text = String::from_utf8_lossy(&answer);
        ensure!(frames[0].head["status"] == 201, "creating a script: {} {text}", frames[0].head);
        let script: Value = serde_json::from_slice(&answer).context("the created script")?;
        Ok(script["id"].as_str().context("the created script has no id")?.to_owned())
    }

    /// Stops the plugin and waits for its confirmation.
    pub(super) fn stop(&self, deadline_ms: u64) -> anyhow::Result<Value> {
        self.instance.stop(deadline_ms).map_err(|status| anyhow!("stop was refused with {status}"))?;
        let (_, head) = self.recorder.note(&[op::PLUGIN_STOPPED])?;
        self.entry_point.close();
        Ok(head)
    }
}

impl Start {
    pub(super) fn ready(self) -> anyhow::Result<Session> {
        match self {
            Self::Ready(session) => Ok(session),
            Self::Failed(error) => Err(anyhow!("the plugin did not start: {error}")),
            Self::Refused(status) => Err(anyhow!("start answered {status}")),
        }
    }
}

/// Checks that a function returned this status.
pub(super) fn expect_status(
    what: &str,
    outcome: Result<(), Status>,
    expected: Result<(), Status>,
) -> anyhow::Result<()> {
    let shown = |status: Result<(), Status>| status.err().unwrap_or(Status(status::OK));
    ensure!(outcome == expected, "{what} was answered with {} instead of {}", shown(outcome), shown(expected));
    Ok(())
}

/// Returns the minimal configuration: scripts run in this process, so that no worker program is needed.
pub(super) fn config(folder: &Path) -> Value {
    let url = format!("sqlite://{}", folder.join("check.db").display());
    json!({"database": {"url": url}, "isolation": "in_process", "log_level": "warn"})
}

pub(super) fn identity() -> Identity {
    let names = ["create", "read", "update", "delete", "execute", "manage_endpoints"];
    let permissions = names.map(|name| format!("scripts.{name}"));
    Identity::user(Tenant::new("t1", "One"), User::new("u1", "Check").allowed(permissions))
}
