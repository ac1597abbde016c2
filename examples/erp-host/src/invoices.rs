//! Invoices: what clients owe and have paid.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clients;
use crate::clock;
use crate::db::{DbError, Row};
use crate::erp::{Counter, Erp, Work};
use crate::error::AppError;
use crate::fields::Fields;
use crate::listing::{self, Column, Kind, Listing, Source};
use crate::money::Money;

/// Days until an invoice without a given due date is due.
const DUE_DAYS: u64 = 14;

/// Columns of lists of invoices.
pub static SOURCE: Source = Source {
    select: "i.id, i.number, i.client_id, c.name AS client_name, i.order_id, i.amount, i.paid, i.due_date, i.created_at",
    from: "erp_invoices i JOIN erp_clients c ON c.id = i.client_id",
    tenant: "i.tenant_id",
    columns: &[
        Column { field: "number", sql: "i.number", kind: Kind::Int },
        Column { field: "id", sql: "i.id", kind: Kind::Text },
        Column { field: "client_id", sql: "i.client_id", kind: Kind::Text },
        Column { field: "client_name", sql: "c.name", kind: Kind::Text },
        Column { field: "order_id", sql: "i.order_id", kind: Kind::Text },
        Column { field: "amount", sql: "i.amount", kind: Kind::Money },
        Column { field: "paid", sql: "i.paid", kind: Kind::Money },
        Column { field: "outstanding", sql: "(i.amount - i.paid)", kind: Kind::Money },
        Column { field: "due_date", sql: "i.due_date", kind: Kind::Date },
        Column { field: "created_at", sql: "i.created_at", kind: Kind::Time },
    ],
    search: "(i.number || ' ' || c.search_text)",
    default_sort: "-number",
    id: "i.id",
};

/// The columns of a new row, in order.
pub const COLUMNS: [&str; 9] =
    ["id", "tenant_id", "number", "client_id", "order_id", "amount", "paid", "due_date", "created_at"];

/// An invoice.
#[derive(Debug, Clone, Serialize)]
pub struct Invoice {
    pub id: String,
    /// Consecutive in each tenant.
    pub number: i64,
    pub client_id: String,
    pub client_name: String,
    pub order_id: Option<String>,
    pub amount: Money,
    pub paid: Money,
    pub outstanding: Money,
    pub due_date: String,
    /// `paid`, `open` or `overdue`.
    pub status: &'static str,
    pub created_at: String,
}

impl Invoice {
    fn from_row(row: &Row, today: NaiveDate) -> Result<Self, DbError> {
        let (amount, paid, due_date) = (row.money("amount")?, row.money("paid")?, row.text("due_date")?);
        Ok(Self {
            id: row.text("id")?,
            number: row.int("number")?,
            client_id: row.text("client_id")?,
            client_name: row.text("client_name")?,
            order_id: row.optional_text("order_id")?,
            amount,
            paid,
            outstanding: amount - paid,
            status: status(amount - paid, &due_date, today),
            due_date,
            created_at: row.text("created_at")?,
        })
    }
}

/// A new invoice.
#[derive(Debug)]
struct InvoiceDraft {
    client_id: String,
    amount: Money,
    due_date: Option<String>,
}

impl InvoiceDraft {
    fn parse(input: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::of(input)?;
        let client_id = fields.text("client_id", 64)?;
        let amount = positive_amount(&mut fields)?;
        let due_date = fields.optional_date("due_date")?;
        fields.finish()?;
        Ok(Self { client_id, amount, due_date })
    }
}

/// A page of the tenant's invoices.
pub async fn list(erp: &Erp, context: &CallContext, listing: &Listing) -> Result<Vec<Invoice>, AppError> {
    context.require(Permission::InvoicesRead)?;
    let rows = listing::fetch(&erp.db, &SOURCE, &context.tenant.id, listing).await?;
    let today = today(context);
    Ok(rows.iter().map(|row| Invoice::from_row(row, today)).collect::<Result<_, _>>()?)
}

/// One invoice, which must exist.
pub async fn get(erp: &Erp, context: &CallContext, id: &str) -> Result<Invoice, AppError> {
    context.require(Permission::InvoicesRead)?;
    let sql = format!("SELECT {} FROM {} WHERE i.tenant_id = $1 AND i.id = $2", SOURCE.select, SOURCE.from);
    let row = erp.db.first(&sql, &[context.tenant.id.as_str().into(), id.into()]).await?;
    let row = row.ok_or_else(|| AppError::not_found("invoice", id))?;
    Ok(Invoice::from_row(&row, today(context))?)
}

/// A client's outstanding amount, over all invoices.
pub async fn outstanding_amount(erp: &Erp, context: &CallContext, client_id: &str) -> Result<Money, AppError> {
    context.require(Permission::InvoicesRead)?;
    let sql = "SELECT c.id, (SELECT CAST(COALESCE(SUM(i.amount - i.paid), 0) AS BIGINT) FROM erp_invoices i
               WHERE i.client_id = c.id) AS outstanding
               FROM erp_clients c WHERE c.tenant_id = $1 AND c.id = $2";
    let row = erp.db.first(sql, &[context.tenant.id.as_str().into(), client_id.into()]).await?;
    Ok(row.ok_or_else(|| AppError::not_found("client", client_id))?.money("outstanding")?)
}

/// Creates an invoice manually: `{client_id, amount, due_date?}`.
pub async fn create(erp: &Erp, context: &CallContext, input: &Json) -> Result<Invoice, AppError> {
    context.require(Permission::InvoicesCreate)?;
    let draft = InvoiceDraft::parse(input)?;
    let client = clients::find(erp, context, &draft.client_id)
        .await?
        .ok_or_else(|| AppError::field("client_id", format!("client_id: client {} not found", draft.client_id)))?;
    let mut work = erp.begin(context).await?;
    let bill = Bill {
        client_id: client.id,
        client_name: client.name,
        order_id: None,
        amount: draft.amount,
        due_date: draft.due_date,
    };
    let invoice = write(&mut work, context, bill).await?;
    work.commit().await?;
    Ok(invoice)
}

/// Records a payment of at most the outstanding amount: `{amount}`.
pub async fn pay(erp: &Erp, context: &CallContext, id: &str, input: &Json) -> Result<Invoice, AppError> {
    context.require(Permission::InvoicesUpdate)?;
    let mut fields = Fields::of(input)?;
    let amount = positive_amount(&mut fields)?;
    fields.finish()?;
    let invoice = get(erp, context, id).await?;
    let sql = "UPDATE erp_invoices SET paid = paid + $3 WHERE tenant_id = $1 AND id = $2 AND amount - paid >= $3";
    let mut work = erp.begin(context).await?;
    if work.execute(sql, &[context.tenant.id.as_str().into(), id.into(), amount.into()]).await? == 0 {
        let message = format!("amount is {amount}, but only {} is outstanding", invoice.outstanding);
        return Err(AppError::field("amount", message));
    }
    work.event("invoice.paid", json!({ "invoice_id": id, "amount": amount }));
    work.commit().await?;
    let (paid, outstanding) = (invoice.paid + amount, invoice.outstanding - amount);
    let status = status(outstanding, &invoice.due_date, today(context));
    Ok(Invoice { paid, outstanding, status, ..invoice })
}

/// What an invoice is written about.
#[derive(Debug)]
pub struct Bill {
    pub client_id: String,
    pub client_name: String,
    pub order_id: Option<String>,
    pub amount: Money,
    /// Some days from now if there is none.
    pub due_date: Option<String>,
}

/// Writes an invoice as a part of other work.
pub async fn write(work: &mut Work<'_>, context: &CallContext, bill: Bill) -> Result<Invoice, DbError> {
    let today = today(context);
    let usual = today.checked_add_days(Days::new(DUE_DAYS)).unwrap_or(today).to_string();
    let due_date = bill.due_date.unwrap_or(usual);
    let invoice = Invoice {
        id: Uuid::now_v7().to_string(),
        number: work.next_number(Counter::Invoice).await?,
        client_id: bill.client_id,
        client_name: bill.client_name,
        order_id: bill.order_id,
        amount: bill.amount,
        paid: Money::ZERO,
        outstanding: bill.amount,
        status: status(bill.amount, &due_date, today),
        due_date,
        created_at: clock::to_text(clock::now()),
    };
    let values = vec![
        (&invoice.id).into(),
        context.tenant.id.as_str().into(),
        invoice.number.into(),
        (&invoice.client_id).into(),
        invoice.order_id.clone().into(),
        invoice.amount.into(),
        invoice.paid.into(),
        (&invoice.due_date).into(),
        (&invoice.created_at).into(),
    ];
    work.insert("erp_invoices", &COLUMNS, values).await?;
    let data = json!({ "invoice_id": invoice.id, "number": invoice.number, "client_id": invoice.client_id, "amount": invoice.amount });
    work.event("invoice.created", data);
    Ok(invoice)
}

fn status(outstanding: Money, due_date: &str, today: NaiveDate) -> &'static str {
    if outstanding <= Money::ZERO {
        "paid"
    } else if clock::parse_date(due_date).is_some_and(|due| due < today) {
        "overdue"
    } else {
        "open"
    }
}

fn positive_amount(fields: &mut Fields<'_>) -> Result<Money, AppError> {
    let amount = fields.money("amount")?;
    if amount > Money::ZERO { Ok(amount) } else { Err(fields.wrong("amount", "must be more than zero")) }
}

fn today(context: &CallContext) -> NaiveDate {
    clock::local_date(clock::now(), context.tenant.time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_overdue_the_day_after_it_was_due() {
        let due = clock::parse_date("2026-01-31").expect("a date");
        let owed = Money::from_minor(1);
        assert_eq!(status(owed, "2026-01-31", due), "open");
        assert_eq!(status(owed, "2026-01-31", due + Days::new(1)), "overdue");
        assert_eq!(status(Money::ZERO, "2026-01-31", due + Days::new(1)), "paid");
    }
}
