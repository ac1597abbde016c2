//! The handlers of the host's operations: one small function per operation.

mod http;
mod run;

use bytes::Bytes;
use iota_scripts_abi::op;
use iota_scripts_services::{
    IncomingEvent,
    ports::{HostError, HostErrorCode},
};
use serde::Deserialize;
use serde_json::json;

use crate::{head::parse, inbound::Answer, module::Module};

/// Handles a request and sends its reply.
pub(crate) async fn handle_request(module: &Module, op: u32, head: &[u8], body: Bytes, answer: &mut Answer) {
    let done = match op {
        op::HTTP_REQUEST => http::serve(module, head, body, answer).await,
        op::INVOKE => run::invoke(module, head, answer).await,
        op::RUN => run::stream(module, head, answer).await,
        op::HEALTH => {
            answer.finish(&module.health().await, &[]);
            Ok(())
        }
        op::METRICS => {
            answer.finish(&json!({"content_type": "text/plain; version=0.0.4"}), module.metrics().as_bytes());
            Ok(())
        }
        op::MIGRATE => migrate(module, head, answer).await,
        op::EVENT => deliver(module, head, answer).await,
        unknown => Err(HostError::new(
            HostErrorCode::Unsupported,
            format!("operation {unknown} is not supported by this version"),
        )),
    };
    if let Err(error) = done {
        answer.fail(&error);
    }
}

/// Handles a notification. An invalid one is logged, since notifications have no reply.
pub(crate) async fn handle_notification(module: &Module, op: u32, head: &[u8]) {
    let taken = match op {
        op::EVENT => match parse::<IncomingEvent>(head) {
            Ok(event) => module.event(&event).await.map(drop),
            Err(error) => Err(error),
        },
        op::TENANT_DELETED => match parse::<TenantDeleted>(head) {
            Ok(notice) => module.forget_tenant(&notice.tenant).await,
            Err(error) => Err(error),
        },
        // The plugin caches no users and no tenant configuration beyond a run, so there is nothing to invalidate.
        _ => Ok(()),
    };
    if let Err(error) = taken {
        tracing::warn!(operation = op::name(op), "notification rejected: {error}");
    }
}

#[derive(Deserialize)]
struct TenantDeleted {
    tenant: iota_scripts_domain::TenantId,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Status,
    Up,
}

#[derive(Deserialize)]
struct Migrate {
    direction: Direction,
}

async fn migrate(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    // `up` and `status` have the same reply: an instance that is ready has applied all migrations that it knows.
    let Migrate { direction: Direction::Status | Direction::Up } = parse(head)?;
    answer.finish(&module.migrations().await?, &[]);
    Ok(())
}

/// Accepts an event and replies once it is stored durably.
async fn deliver(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let queued = module.event(&parse::<IncomingEvent>(head)?).await?;
    answer.finish(&json!({ "queued": queued }), &[]);
    Ok(())
}
