//! Serves the plugin's requests: each becomes a task on the host's runtime that calls the [`Host`] and replies.
//!
//! Every request is answered exactly once, also if its task panics, is cancelled, or never runs because the runtime has
//! ended.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use iota_scripts_abi::{flags, op};
use parking_lot::Mutex;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::SetOnce};
use tokio_util::sync::CancellationToken;

use crate::{
    Event, Host, HostError, Identity, ServiceCall,
    table::{Instance, Status},
};

/// Maximum number of the plugin's requests that are served at the same time; further ones get `AGAIN`.
const MAX_AT_ONCE: usize = 4096;

pub(super) struct HostDispatcher {
    host: Arc<dyn Host>,
    runtime: Handle,
    instance: SetOnce<Instance>,
    open: Mutex<HashMap<u64, CancellationToken>>,
}

impl HostDispatcher {
    pub(super) fn new(host: Arc<dyn Host>, runtime: Handle) -> Self {
        Self { host, runtime, instance: SetOnce::new(), open: Mutex::default() }
    }

    pub(super) fn started(&self, instance: Instance) {
        let _ = self.instance.set(instance);
    }

    /// Accepts a request; a task sends the answer later.
    pub(super) fn take(self: &Arc<Self>, op: u32, id: u64, head: &[u8]) -> Result<(), Status> {
        let cancelled = CancellationToken::new();
        {
            let mut open = self.open.lock();
            if open.len() >= MAX_AT_ONCE {
                return Err(Status::AGAIN);
            }
            if open.contains_key(&id) {
                return Err(Status::INVALID);
            }
            open.insert(id, cancelled.clone());
        }
        let answer = Answer { dispatcher: Arc::clone(self), id, sent: false };
        let (host, head) = (Arc::clone(&self.host), head.to_vec());
        self.runtime.spawn(async move {
            let served = AssertUnwindSafe(serve(&*host, op, &head)).catch_unwind();
            let outcome = tokio::select! {
                biased;
                () = cancelled.cancelled() => Err(HostError::new("CANCELLED", "no longer needed")),
                outcome = served => outcome.unwrap_or_else(|_| Err(HostError::internal("the host panicked"))),
            };
            answer.send(outcome).await;
        });
        Ok(())
    }

    /// Cancels a request; `UNKNOWN` if it is not open.
    pub(super) fn cancel(&self, id: u64) -> Result<(), Status> {
        let token = self.open.lock().get(&id).cloned();
        token.map(|token| token.cancel()).ok_or(Status::UNKNOWN)
    }

    /// Cancels all requests.
    pub(super) fn clear(&self) {
        let open = std::mem::take(&mut *self.open.lock());
        open.values().for_each(CancellationToken::cancel);
    }

    fn reply(&self, instance: Instance, id: u64, outcome: Result<Value, HostError>) {
        self.open.lock().remove(&id);
        let (flags, head) = match outcome {
            Ok(value) => (flags::END, value),
            Err(error) => (flags::END | flags::ERROR, error.to_json()),
        };
        // A plugin that has stopped or cancelled the request ignores the answer.
        let _ = instance.reply(id, flags, head.to_string().as_bytes(), &[]);
    }
}

/// The obligation to answer one request.
struct Answer {
    dispatcher: Arc<HostDispatcher>,
    id: u64,
    sent: bool,
}

impl Answer {
    async fn send(mut self, outcome: Result<Value, HostError>) {
        // A request can arrive before start() has returned the handle that the answer needs.
        let instance = *self.dispatcher.instance.wait().await;
        self.sent = true;
        self.dispatcher.reply(instance, self.id, outcome);
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if !self.sent
            && let Some(instance) = self.dispatcher.instance.get()
        {
            self.dispatcher.reply(*instance, self.id, Err(HostError::unavailable("the host is shutting down")));
        }
    }
}

async fn serve(host: &dyn Host, op: u32, head: &[u8]) -> Result<Value, HostError> {
    match op {
        op::AUTHORIZE => {
            let asked: Authorize = read(head)?;
            let allowed = host.authorize(&asked.identity, &asked.permission, asked.resource.as_ref()).await;
            Ok(json!({ "allowed": allowed }))
        }
        op::AUTHORIZE_MANY => {
            let asked: AuthorizeMany = read(head)?;
            Ok(json!({ "allowed": host.authorize_many(&asked.identity, &asked.permissions).await }))
        }
        op::SERVICE_CALL => {
            let call: ServiceCall = read(head)?;
            let value = match call.deadline_ms {
                None => host.call_service(call).await?,
                Some(ms) => in_time(ms, host.call_service(call)).await?,
            };
            Ok(json!({ "value": value }))
        }
        op::IDENTITY_RESOLVE => {
            let asked: Resolve = read(head)?;
            let identity = host.resolve_identity(&asked.tenant, &asked.user_id).await?;
            Ok(json!({ "identity": identity }))
        }
        op::TENANT_LIST => Ok(json!({ "tenants": host.list_tenants().await? })),
        op::TENANT_BY_HOST => {
            let asked: ByHost = read(head)?;
            Ok(json!({ "tenant": host.tenant_by_host(&asked.host).await? }))
        }
        op::EVENT_PUBLISH => {
            host.publish(read::<Event>(head)?).await?;
            Ok(json!({}))
        }
        op::EVENTS_PUBLISH => {
            let mut refused = Vec::new();
            for event in read::<Events>(head)?.events {
                let id = event["id"].clone();
                if let Err(error) = publish(host, event).await {
                    refused.push(json!({"id": id, "error": error}));
                }
            }
            Ok(json!({ "refused": refused }))
        }
        other => Err(HostError::new("UNSUPPORTED", format!("this host does not know operation {other}"))),
    }
}

/// Publishes one of several events. A failure does not affect the next one.
async fn publish(host: &dyn Host, event: Value) -> Result<(), HostError> {
    let event = serde_json::from_value(event).map_err(|error| HostError::new("VALIDATION", error.to_string()))?;
    let published = AssertUnwindSafe(host.publish(event)).catch_unwind().await;
    published.unwrap_or_else(|_| Err(HostError::internal("the host panicked")))
}

async fn in_time(ms: u64, work: impl Future<Output = Result<Value, HostError>>) -> Result<Value, HostError> {
    let late = || HostError::new("TIMEOUT", format!("the service did not answer within {ms} ms"));
    tokio::time::timeout(Duration::from_millis(ms), work).await.unwrap_or_else(|_| Err(late()))
}

fn read<T: DeserializeOwned>(head: &[u8]) -> Result<T, HostError> {
    serde_json::from_slice(head).map_err(|error| HostError::new("VALIDATION", error.to_string()))
}

#[derive(Deserialize)]
struct Authorize {
    identity: Identity,
    permission: String,
    #[serde(default)]
    resource: Option<Value>,
}

#[derive(Deserialize)]
struct AuthorizeMany {
    identity: Identity,
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct Events {
    events: Vec<Value>,
}

#[derive(Deserialize)]
struct Resolve {
    tenant: String,
    user_id: String,
}

#[derive(Deserialize)]
struct ByHost {
    host: String,
}
