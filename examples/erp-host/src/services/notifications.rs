//! `services.notifications`.

use serde_json::{Value as Json, json};

use super::catalogue::{Method, Service, id, input, object};
use super::{Call, done};
use crate::access::Permission;
use crate::error::AppError;
use crate::sms;

pub(super) async fn call(call: &Call<'_>, method: &str) -> Result<Option<Json>, AppError> {
    match method {
        "sendSMS" => {
            let sms = sms::send(call.erp, call.context, call.argument(0)).await?;
            done(json!({ "id": sms.id, "status": sms.status }))
        }
        _ => Ok(None),
    }
}

pub(super) fn service() -> Service {
    let message = json!({
        "to": { "type": "string", "description": "like +998901234567" },
        "message": { "type": "string", "minLength": 1, "maxLength": 1000 },
        "metadata": { "type": ["object", "null"] },
    });
    Service {
        name: "notifications",
        description: "SMS messages to clients",
        methods: vec![Method::write("sendSMS", "Queues an SMS message", Permission::NotificationsSend).schemas(
            vec![input(message, &["to", "message"])],
            1,
            object(json!({ "id": id(), "status": { "enum": ["queued"] } })),
        )],
    }
}
