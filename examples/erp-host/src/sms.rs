//! Notifications: text messages in an outbox, for a gateway to send. This ERP has no gateway, so messages stay queued, where people and
//! tests can read them.

use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::db::{DbError, Row};
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::{Fields, kind};
use crate::listing::{self, Column, Kind, Listing, Source};

/// Maximum length of a message's metadata, as JSON text.
const MAX_METADATA_BYTES: usize = 4096;

/// Columns of lists of messages.
pub static SOURCE: Source = Source {
    select: "s.id, s.recipient, s.message, s.metadata, s.status, s.created_at",
    from: "erp_sms_outbox s",
    tenant: "s.tenant_id",
    columns: &[
        Column { field: "to", sql: "s.recipient", kind: Kind::Text },
        Column { field: "message", sql: "s.message", kind: Kind::Text },
        Column { field: "status", sql: "s.status", kind: Kind::Text },
        Column { field: "created_at", sql: "s.created_at", kind: Kind::Time },
    ],
    search: "s.recipient",
    default_sort: "-created_at",
    id: "s.id DESC",
};

/// A message in the outbox.
#[derive(Debug, Clone, Serialize)]
pub struct Sms {
    pub id: String,
    pub to: String,
    pub message: String,
    pub metadata: Json,
    /// `queued`, `sent` or `failed`.
    pub status: String,
    pub created_at: String,
}

impl Sms {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            to: row.text("recipient")?,
            message: row.text("message")?,
            metadata: serde_json::from_str(&row.text("metadata")?).unwrap_or(Json::Null),
            status: row.text("status")?,
            created_at: row.text("created_at")?,
        })
    }
}

/// A message to send.
#[derive(Debug)]
struct SmsDraft {
    to: String,
    message: String,
    metadata: Json,
}

impl SmsDraft {
    fn parse(input: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::of(input)?;
        let to = fields.text("to", 30)?;
        let to = parse_phone(&fields, "to", &to)?;
        let message = fields.text("message", 1000)?;
        let metadata = fields.get("metadata").cloned().unwrap_or_else(|| json!({}));
        if !metadata.is_object() {
            return Err(fields.wrong("metadata", &format!("must be an object, not {}", kind(&metadata))));
        }
        if metadata.to_string().len() > MAX_METADATA_BYTES {
            return Err(fields.wrong("metadata", &format!("must be smaller than {MAX_METADATA_BYTES} bytes")));
        }
        fields.finish()?;
        Ok(Self { to, message, metadata })
    }
}

/// A phone number in international form; spaces, dashes and brackets are removed.
pub fn parse_phone(fields: &Fields<'_>, field: &str, text: &str) -> Result<String, AppError> {
    let phone: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = phone.strip_prefix('+').unwrap_or_default();
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(phone)
    } else {
        Err(fields.wrong(field, "must be an international phone number like +998901234567"))
    }
}

/// A page of the tenant's outbox, newest first.
pub async fn list(erp: &Erp, context: &CallContext, listing: &Listing) -> Result<Vec<Sms>, AppError> {
    context.require(Permission::NotificationsRead)?;
    let rows = listing::fetch(&erp.db, &SOURCE, &context.tenant.id, listing).await?;
    Ok(rows.iter().map(Sms::from_row).collect::<Result<_, _>>()?)
}

/// Queues a message: `{to, message, metadata?}`.
pub async fn send(erp: &Erp, context: &CallContext, input: &Json) -> Result<Sms, AppError> {
    context.require(Permission::NotificationsSend)?;
    let draft = SmsDraft::parse(input)?;
    let sms = Sms {
        id: Uuid::now_v7().to_string(),
        to: draft.to,
        message: draft.message,
        metadata: draft.metadata,
        status: "queued".to_owned(),
        created_at: clock::to_text(clock::now()),
    };
    let values = vec![
        (&sms.id).into(),
        context.tenant.id.as_str().into(),
        (&sms.to).into(),
        (&sms.message).into(),
        sms.metadata.to_string().into(),
        (&sms.status).into(),
        (&sms.created_at).into(),
    ];
    let columns = ["id", "tenant_id", "recipient", "message", "metadata", "status", "created_at"];
    let mut work = erp.begin(context).await?;
    work.insert("erp_sms_outbox", &columns, values).await?;
    work.event("sms.queued", json!({ "sms_id": sms.id, "to": sms.to }));
    work.commit().await?;
    Ok(sms)
}
