//! A host for tests: two tenants, roles by name, services that answer from memory, and a record of all events.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_host::{Event, Host, HostError, Identity, LogRecord, ServiceCall, Tenant, TenantRecord, User};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

/// The questions and notices from the plugin.
#[derive(Debug)]
pub struct TestHost {
    events: watch::Sender<Vec<Event>>,
    calls: watch::Sender<Vec<ServiceCall>>,
    logs: watch::Sender<Vec<LogRecord>>,
    /// Questions about permissions, each about one or several.
    questions: AtomicUsize,
    /// Maximum number of answers to a question about several permissions.
    most_answers: AtomicUsize,
    /// Whether events are accepted; while they are not, they wait.
    bus_is_open: watch::Sender<bool>,
    /// Types of events that the host refuses.
    unwelcome: Mutex<Vec<String>>,
    /// One permit for each call of `echo.wait` that may return.
    slow: Semaphore,
}

#[async_trait]
impl Host for TestHost {
    async fn authorize(&self, identity: &Identity, permission: &str, _: Option<&Value>) -> bool {
        self.questions.fetch_add(1, Ordering::Relaxed);
        identity.has_permission(permission)
    }

    async fn authorize_many(&self, identity: &Identity, permissions: &[String]) -> Vec<bool> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let most = self.most_answers.load(Ordering::Relaxed);
        permissions.iter().take(most).map(|permission| identity.has_permission(permission)).collect()
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        self.calls.send_modify(|calls| calls.push(call.clone()));
        match call.method.as_str() {
            "echo.same" => Ok(call.args.first().cloned().unwrap_or_default()),
            "echo.tenant" => Ok(json!(call.identity.tenant.id)),
            "echo.after" => {
                let ms = call.args.first().and_then(Value::as_u64).unwrap_or_default();
                tokio::time::sleep(Duration::from_millis(ms)).await;
                Ok(json!(ms))
            }
            "odd.number" => Ok(json!({"none": true})),
            "notes.write" if !call.identity.has_permission("notes.write") => {
                Err(HostError::new("FORBIDDEN", "the permission notes.write is missing"))
            }
            "notes.write" => Ok(json!("written")),
            "echo.fail" => Err(HostError::validation("email", "the email is taken")),
            "echo.wait" => {
                self.slow.acquire().await.map_err(|_| HostError::unavailable("the test is over"))?.forget();
                Ok(json!("at last"))
            }
            other => Err(HostError::not_found(format!("no {other}"))),
        }
    }

    /// The users are ann, who has all permissions in any tenant, and the robot, who has none for scripts.
    async fn resolve_identity(&self, tenant: &str, user_id: &str) -> Result<Identity, HostError> {
        match user_id {
            "ann" => Ok(user(tenant, user_id, &ALL)),
            "robot" => Ok(user(tenant, user_id, &[])),
            _ => Err(HostError::not_found(format!("no user {user_id}"))),
        }
    }

    /// acme is at acme.example; no other tenant has a host name.
    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        match host {
            "acme.example" => Ok(TenantRecord::active(Tenant::new("acme", "ACME").in_timezone("Asia/Tashkent"))),
            _ => Err(HostError::not_found(format!("nobody lives at {host}"))),
        }
    }

    async fn publish(&self, event: Event) -> Result<(), HostError> {
        self.bus_is_open.subscribe().wait_for(|open| *open).await.map_err(|_| HostError::unavailable("over"))?;
        if self.unwelcome.lock().expect("no panic").contains(&event.kind) {
            return Err(HostError::conflict("not this one"));
        }
        self.events.send_modify(|events| events.push(event));
        Ok(())
    }

    fn log(&self, record: LogRecord) {
        self.logs.send_modify(|logs| logs.push(record));
    }
}

impl TestHost {
    /// A host that has received no message yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let (events, calls, logs) = (watch::Sender::default(), watch::Sender::default(), watch::Sender::default());
        Arc::new(Self {
            events,
            calls,
            logs,
            questions: AtomicUsize::new(0),
            most_answers: AtomicUsize::new(usize::MAX),
            bus_is_open: watch::Sender::new(true),
            unwelcome: Mutex::default(),
            slow: Semaphore::new(0),
        })
    }

    /// Returns the number of questions about permissions since the last call.
    pub fn take_questions(&self) -> usize {
        self.questions.swap(0, Ordering::Relaxed)
    }

    /// Limits the answers to each later question about several permissions.
    pub fn answer_at_most(&self, answers: usize) {
        self.most_answers.store(answers, Ordering::Relaxed);
    }

    /// Delays events, or accepts them.
    pub fn open_bus(&self, open: bool) {
        self.bus_is_open.send_replace(open);
    }

    /// Refuses events of this type from now on.
    ///
    /// # Panics
    /// If another thread has panicked with the list.
    pub fn refuse_events(&self, kind: &str) {
        self.unwelcome.lock().expect("no panic").push(kind.to_owned());
    }

    /// Lets one call of `echo.wait` return.
    pub fn release(&self) {
        self.slow.add_permits(1);
    }

    /// Waits until an event satisfies the condition.
    pub async fn event(&self, matches: impl Fn(&Event) -> bool) -> Event {
        let mut events = self.events.subscribe();
        let seen = events.wait_for(|events| events.iter().any(&matches)).await.expect("the host lives");
        seen.iter().find(|event| matches(event)).cloned().expect("it was there")
    }

    /// Waits for the nth event of a type, counted from 1.
    pub async fn nth_event(&self, kind: &str, number: usize) -> Event {
        let mut events = self.events.subscribe();
        let of = |events: &[Event]| events.iter().filter(|event| event.kind == kind).nth(number - 1).cloned();
        let seen = events.wait_for(|events| of(events).is_some()).await.expect("the host lives");
        of(&seen).expect("it was there")
    }

    /// Waits until a record with this text was logged.
    pub async fn logged(&self, text: &str) {
        let mut logs = self.logs.subscribe();
        let has_text = |logs: &Vec<LogRecord>| logs.iter().any(|record| record.to_string().contains(text));
        logs.wait_for(has_text).await.expect("the host lives");
    }

    /// Waits until the method was called this many times.
    pub async fn called(&self, method: &str, times: usize) -> Vec<ServiceCall> {
        let of = |calls: &[ServiceCall]| calls.iter().filter(|call| call.method == method).cloned().collect::<Vec<_>>();
        let mut calls = self.calls.subscribe();
        let seen = calls.wait_for(|calls| of(calls).len() >= times).await.expect("the host lives");
        of(&seen)
    }

    /// Forgets all received messages.
    pub fn forget(&self) {
        self.events.send_replace(Vec::new());
        self.calls.send_replace(Vec::new());
        self.logs.send_replace(Vec::new());
    }

    /// Types of all events so far, in order.
    pub fn event_types(&self) -> Vec<String> {
        self.events.borrow().iter().map(|event| event.kind.clone()).collect()
    }

    /// Payloads of the events of a type so far, in order.
    pub fn event_data(&self, kind: &str) -> Vec<Value> {
        self.events.borrow().iter().filter(|event| event.kind == kind).map(|event| event.data.clone()).collect()
    }

    /// All log records so far, as text.
    pub fn log_text(&self) -> String {
        self.logs.borrow().iter().map(|record| format!("{record}\n")).collect()
    }
}

/// The descriptor of the `echo` service that the host provides.
#[must_use]
pub fn echo_service() -> Value {
    json!({"name": "echo", "methods": [
        {"name": "same", "access": "read"},
        {"name": "tenant", "access": "read"},
        {"name": "wait", "access": "read"},
        {"name": "after", "access": "read"},
        {"name": "fail", "access": "write", "params": {"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1}},
        {"name": "embedded_only", "access": "read", "script_types": ["embedded"]},
    ]})
}

/// The six permissions.
pub const ALL: [&str; 6] = [
    "scripts.create",
    "scripts.read",
    "scripts.update",
    "scripts.delete",
    "scripts.execute",
    "scripts.manage_endpoints",
];

/// A user of a tenant with these permissions.
#[must_use]
pub fn user(tenant: &str, name: &str, permissions: &[&str]) -> Identity {
    let tenant = Tenant::new(tenant, tenant.to_uppercase()).in_timezone("Asia/Tashkent");
    let user = User::new(name, name).reachable_at(format!("{name}@example.com"));
    Identity::user(tenant, user.allowed(permissions.iter().copied()))
}

/// A user of acme with all permissions.
#[must_use]
pub fn admin() -> Identity {
    user("acme", "ann", &ALL)
}
