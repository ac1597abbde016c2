//! `services.clients`.

use serde_json::{Value as Json, json};

use super::catalogue::{Method, Service, id, input, list_argument, list_of, money, object, or_null};
use super::{Call, done};
use crate::access::Permission;
use crate::clients;
use crate::error::AppError;
use crate::listing::Listing;

pub(super) async fn call(call: &Call<'_>, method: &str) -> Result<Option<Json>, AppError> {
    let (erp, context) = (call.erp, call.context);
    match method {
        "list" => {
            let zone = context.tenant.time_zone;
            let listing = Listing::from_argument(&clients::SOURCE, call.args.first(), zone)?;
            done(clients::list(erp, context, &listing).await?)
        }
        "get" => done(clients::find(erp, context, call.text(0, "id")?).await?),
        "create" => done(clients::create(erp, context, call.argument(0)).await?),
        "update" => done(clients::update(erp, context, call.text(0, "id")?, call.argument(1)).await?),
        "delete" => {
            clients::delete(erp, context, call.text(0, "id")?).await?;
            done(true)
        }
        _ => Ok(None),
    }
}

pub(super) fn service() -> Service {
    let read = Permission::ClientsRead;
    Service {
        name: "clients",
        description: "Clients: the people and companies that the tenant sells to",
        methods: vec![
            Method::read("list", "Lists the clients that match the filters; 50 by default", read).schemas(
                vec![list_argument(&clients::SOURCE)],
                0,
                list_of(client()),
            ),
            Method::read("get", "Returns one client, or null", read).schemas(vec![id()], 1, or_null(client())),
            Method::write("create", "Adds a client", Permission::ClientsCreate).schemas(
                vec![input(draft(), &["name"])],
                1,
                client(),
            ),
            Method::write("update", "Updates the given fields of a client", Permission::ClientsUpdate).schemas(
                vec![id(), input(draft(), &[])],
                2,
                client(),
            ),
            Method::write("delete", "Deletes a client that has no orders or invoices", Permission::ClientsDelete)
                .schemas(vec![id()], 1, json!({ "const": true })),
        ],
    }
}

fn client() -> Json {
    object(json!({
        "id": id(),
        "name": { "type": "string" },
        "email": { "type": ["string", "null"] },
        "phone": { "type": ["string", "null"], "description": "like +998901234567" },
        "status": { "enum": ["active", "inactive"] },
        "credit_limit": { "type": "number", "description": "0 means no limit" },
        "last_activity": { "type": "string", "format": "date-time" },
        "created_at": { "type": "string", "format": "date-time" },
    }))
}

fn draft() -> Json {
    json!({
        "name": { "type": "string", "minLength": 1, "maxLength": 200 },
        "email": { "type": ["string", "null"] },
        "phone": { "type": ["string", "null"] },
        "status": { "enum": ["active", "inactive"] },
        "credit_limit": money(),
    })
}
