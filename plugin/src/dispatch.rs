//! What each operation of the host means: one small function per operation, on one screen.

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

/// Answers a request.
pub(crate) async fn requested(module: &Module, op: u32, head: &[u8], body: Bytes, answer: &mut Answer) {
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
        unknown => {
            Err(HostError::new(HostErrorCode::Unsupported, format!("operation {unknown} is not known to this version")))
        }
    };
    if let Err(error) = done {
        answer.fail(&error);
    }
}

/// Takes a notification. What cannot be read is logged: there is nobody to answer.
pub(crate) async fn notified(module: &Module, op: u32, head: &[u8]) {
    let taken = match op {
        op::EVENT => match parse::<IncomingEvent>(head) {
            Ok(event) => module.event(&event).await.map(drop),
            Err(error) => Err(error),
        },
        op::TENANT_DELETED => match parse::<TenantDeleted>(head) {
            Ok(notice) => module.forget_tenant(&notice.tenant).await,
            Err(error) => Err(error),
        },
        // Nothing is kept of a user or of a tenant's configuration beyond a run: the host is asked each time.
        _ => Ok(()),
    };
    if let Err(error) = taken {
        tracing::warn!(operation = op::name(op), "notification refused: {error}");
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
    // Up and status answer alike: an instance that is ready has applied everything it knows.
    let Migrate { direction: Direction::Status | Direction::Up } = parse(head)?;
    answer.finish(&module.migrations().await?, &[]);
    Ok(())
}

/// Takes an event and answers when nothing can lose it any more.
async fn deliver(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let queued = module.event(&parse::<IncomingEvent>(head)?).await?;
    answer.finish(&json!({ "queued": queued }), &[]);
    Ok(())
}
