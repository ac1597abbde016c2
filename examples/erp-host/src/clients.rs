//! Clients: the people and companies that a tenant sells to.

use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::db::{DbError, Row};
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::Fields;
use crate::listing::{self, Column, Kind, Listing, Source};
use crate::money::Money;
use crate::sms;

/// Columns of lists of clients.
pub static SOURCE: Source = Source {
    select: "c.id, c.name, c.email, c.phone, c.status, c.credit_limit, c.last_activity, c.created_at",
    from: "erp_clients c",
    tenant: "c.tenant_id",
    columns: &[
        Column { field: "name", sql: "c.name", kind: Kind::Text },
        Column { field: "id", sql: "c.id", kind: Kind::Text },
        Column { field: "email", sql: "c.email", kind: Kind::Text },
        Column { field: "phone", sql: "c.phone", kind: Kind::Text },
        Column { field: "status", sql: "c.status", kind: Kind::Text },
        Column { field: "credit_limit", sql: "c.credit_limit", kind: Kind::Money },
        Column { field: "last_activity", sql: "c.last_activity", kind: Kind::Time },
        Column { field: "created_at", sql: "c.created_at", kind: Kind::Time },
    ],
    search: "c.search_text",
    default_sort: "name",
    id: "c.id",
};

/// The columns of a new row, in order.
pub const COLUMNS: [&str; 10] = [
    "id",
    "tenant_id",
    "name",
    "email",
    "phone",
    "status",
    "credit_limit",
    "last_activity",
    "created_at",
    "search_text",
];

/// A client.
#[derive(Debug, Clone, Serialize)]
pub struct Client {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    /// In international form: `+998901234567`.
    pub phone: Option<String>,
    /// `active` or `inactive`.
    pub status: String,
    /// The maximum outstanding amount; zero means no limit.
    pub credit_limit: Money,
    /// When the client last ordered or was created.
    pub last_activity: String,
    pub created_at: String,
}

impl Client {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            name: row.text("name")?,
            email: row.optional_text("email")?,
            phone: row.optional_text("phone")?,
            status: row.text("status")?,
            credit_limit: row.money("credit_limit")?,
            last_activity: row.text("last_activity")?,
            created_at: row.text("created_at")?,
        })
    }
}

/// The fields of a client that a caller may set.
#[derive(Debug)]
struct ClientDraft {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    status: &'static str,
    credit_limit: Money,
}

impl ClientDraft {
    /// Reads the fields of a new client, or of the whole client after a change.
    fn parse(input: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::of(input)?;
        let name = fields.text("name", 200)?;
        let email = fields.optional_text("email", 200)?;
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(fields.wrong("email", "must be an address like name@example.com"));
        }
        let phone = fields.optional_text("phone", 30)?.map(|phone| sms::parse_phone(&fields, "phone", &phone));
        let phone = phone.transpose()?;
        let status = fields.word("status", &["active", "inactive"])?;
        let credit_limit = fields.optional_money("credit_limit")?.unwrap_or_default();
        fields.finish()?;
        Ok(Self { name, email, phone, status, credit_limit })
    }

    fn search_text(&self) -> String {
        search_text(&self.name, self.email.as_deref(), self.phone.as_deref())
    }
}

/// The text that a search for clients matches.
pub fn search_text(name: &str, email: Option<&str>, phone: Option<&str>) -> String {
    format!("{name} {} {}", email.unwrap_or_default(), phone.unwrap_or_default()).to_lowercase()
}

/// A page of the tenant's clients.
pub async fn list(erp: &Erp, context: &CallContext, listing: &Listing) -> Result<Vec<Client>, AppError> {
    context.require(Permission::ClientsRead)?;
    let rows = listing::fetch(&erp.db, &SOURCE, &context.tenant.id, listing).await?;
    Ok(rows.iter().map(Client::from_row).collect::<Result<_, _>>()?)
}

/// One client, or `None`.
pub async fn find(erp: &Erp, context: &CallContext, id: &str) -> Result<Option<Client>, AppError> {
    context.require(Permission::ClientsRead)?;
    let sql = format!("SELECT {} FROM {} WHERE c.tenant_id = $1 AND c.id = $2", SOURCE.select, SOURCE.from);
    let row = erp.db.first(&sql, &[context.tenant.id.as_str().into(), id.into()]).await?;
    Ok(row.as_ref().map(Client::from_row).transpose()?)
}

/// One client, which must exist.
pub async fn get(erp: &Erp, context: &CallContext, id: &str) -> Result<Client, AppError> {
    find(erp, context, id).await?.ok_or_else(|| AppError::not_found("client", id))
}

/// Adds a client: `{name, email?, phone?, status?, credit_limit?}`.
pub async fn create(erp: &Erp, context: &CallContext, input: &Json) -> Result<Client, AppError> {
    context.require(Permission::ClientsCreate)?;
    let draft = ClientDraft::parse(input)?;
    let now = clock::to_text(clock::now());
    let search_text = draft.search_text();
    let client = Client {
        id: Uuid::now_v7().to_string(),
        name: draft.name,
        email: draft.email,
        phone: draft.phone,
        status: draft.status.to_owned(),
        credit_limit: draft.credit_limit,
        last_activity: now.clone(),
        created_at: now,
    };
    let values = vec![
        (&client.id).into(),
        context.tenant.id.as_str().into(),
        (&client.name).into(),
        client.email.clone().into(),
        client.phone.clone().into(),
        (&client.status).into(),
        client.credit_limit.into(),
        (&client.last_activity).into(),
        (&client.created_at).into(),
        search_text.into(),
    ];
    let mut work = erp.begin(context).await?;
    work.insert("erp_clients", &COLUMNS, values).await?;
    work.event("client.created", json!({ "client_id": client.id, "name": client.name }));
    work.commit().await?;
    Ok(client)
}

/// Changes the given fields of a client; the others stay.
pub async fn update(erp: &Erp, context: &CallContext, id: &str, changes: &Json) -> Result<Client, AppError> {
    context.require(Permission::ClientsUpdate)?;
    let before = get(erp, context, id).await?;
    let Json::Object(changes) = changes else { return Err(AppError::field("data", "data must be an object")) };
    let mut whole = json!({
        "name": before.name, "email": before.email, "phone": before.phone,
        "status": before.status, "credit_limit": before.credit_limit,
    });
    for (field, value) in changes {
        whole[field.as_str()] = value.clone();
    }
    let draft = ClientDraft::parse(&whole)?;
    let sql =
        "UPDATE erp_clients SET name = $3, email = $4, phone = $5, status = $6, credit_limit = $7, search_text = $8
               WHERE tenant_id = $1 AND id = $2";
    let search_text = draft.search_text();
    let client = Client {
        name: draft.name,
        email: draft.email,
        phone: draft.phone,
        status: draft.status.to_owned(),
        credit_limit: draft.credit_limit,
        ..before
    };
    let values = [
        context.tenant.id.as_str().into(),
        (&client.id).into(),
        (&client.name).into(),
        client.email.clone().into(),
        client.phone.clone().into(),
        (&client.status).into(),
        client.credit_limit.into(),
        search_text.into(),
    ];
    let mut work = erp.begin(context).await?;
    work.execute(sql, &values).await?;
    work.event("client.updated", json!({ "client_id": client.id, "fields": changes.keys().collect::<Vec<_>>() }));
    work.commit().await?;
    Ok(client)
}

/// Deletes a client that has neither orders nor invoices.
pub async fn delete(erp: &Erp, context: &CallContext, id: &str) -> Result<(), AppError> {
    context.require(Permission::ClientsDelete)?;
    let client = get(erp, context, id).await?;
    let mut work = erp.begin(context).await?;
    let sql = "SELECT (SELECT COUNT(*) FROM erp_orders WHERE customer_id = $1)
                    + (SELECT COUNT(*) FROM erp_invoices WHERE client_id = $1) AS uses";
    let uses = work.first(sql, &[(&client.id).into()]).await?.map_or(Ok(0), |row| row.int("uses"))?;
    if uses > 0 {
        let message = format!("{} has orders or invoices: set the status to inactive instead", client.name);
        return Err(AppError::Conflict(message));
    }
    let values = [context.tenant.id.as_str().into(), (&client.id).into()];
    work.execute("DELETE FROM erp_clients WHERE tenant_id = $1 AND id = $2", &values).await?;
    work.event("client.deleted", json!({ "client_id": client.id, "name": client.name }));
    work.commit().await?;
    Ok(())
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.contains(char::is_whitespace)
}
