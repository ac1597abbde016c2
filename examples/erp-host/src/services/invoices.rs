//! `services.invoices`.

use serde_json::{Value as Json, json};

use super::catalogue::{Method, Service, id, list_argument, list_of, money, object};
use super::{Call, done};
use crate::access::Permission;
use crate::error::AppError;
use crate::invoices;
use crate::listing::Listing;

pub(super) async fn call(call: &Call<'_>, method: &str) -> Result<Option<Json>, AppError> {
    let (erp, context) = (call.erp, call.context);
    match method {
        "list" => {
            let zone = context.tenant.time_zone;
            let listing = Listing::from_argument(&invoices::SOURCE, call.args.first(), zone)?;
            done(invoices::list(erp, context, &listing).await?)
        }
        "getOutstandingAmount" => done(invoices::outstanding_amount(erp, context, call.text(0, "clientId")?).await?),
        _ => Ok(None),
    }
}

pub(super) fn service() -> Service {
    let read = Permission::InvoicesRead;
    Service {
        name: "invoices",
        description: "Invoices to clients",
        methods: vec![
            Method::read("list", "Lists the invoices that match the filters; 50 by default", read).schemas(
                vec![list_argument(&invoices::SOURCE)],
                0,
                list_of(invoice()),
            ),
            Method::read("getOutstandingAmount", "Returns the unpaid amount of a client", read).schemas(
                vec![id()],
                1,
                money(),
            ),
        ],
    }
}

fn invoice() -> Json {
    object(json!({
        "id": id(),
        "number": { "type": "integer" },
        "client_id": id(),
        "client_name": { "type": "string" },
        "order_id": { "type": ["string", "null"] },
        "amount": money(),
        "paid": money(),
        "outstanding": money(),
        "due_date": { "type": "string", "format": "date" },
        "status": { "enum": ["paid", "open", "overdue"] },
        "created_at": { "type": "string", "format": "date-time" },
    }))
}
