//! State changes of an order: it is processed (the stock is reduced, an invoice is created) or cancelled.

use serde_json::json;

use super::{Order, get};
use crate::access::Permission;
use crate::call_context::CallContext;
use crate::erp::{Erp, Work};
use crate::error::AppError;
use crate::invoices::{self, Bill};
use crate::money::Money;

/// Reduces the stock and creates the invoice.
pub async fn process(erp: &Erp, context: &CallContext, id: &str) -> Result<Order, AppError> {
    context.require(Permission::OrdersProcess)?;
    let order = get(erp, context, id).await?;
    let mut work = erp.begin(context).await?;
    change_state(&mut work, context, &order, "processed").await?;
    let mut items: Vec<_> = order.items.iter().collect();
    items.sort_by(|a, b| a.product_id.cmp(&b.product_id)); // always in the same order, so that two orders never deadlock
    for item in items {
        let sql = "UPDATE erp_products SET stock = stock - $3 WHERE tenant_id = $1 AND id = $2 AND stock >= $3";
        let values = [context.tenant.id.as_str().into(), (&item.product_id).into(), item.quantity.into()];
        if work.execute(sql, &values).await? == 0 {
            let message = format!("insufficient stock: fewer than {} of {}", item.quantity, item.product_name);
            return Err(AppError::Conflict(message));
        }
    }
    // An order that costs nothing has no invoice.
    if order.total > Money::ZERO {
        let bill = Bill {
            client_id: order.customer_id.clone(),
            client_name: order.customer_name.clone(),
            order_id: Some(order.id.clone()),
            amount: order.total,
            due_date: None,
        };
        invoices::write(&mut work, context, bill).await?;
    }
    work.event("order.processed", json!({ "order_id": order.id, "number": order.number, "total": order.total }));
    work.commit().await?;
    Ok(Order { status: "processed".to_owned(), ..order })
}

/// Cancels an order that was not processed yet.
pub async fn cancel(erp: &Erp, context: &CallContext, id: &str) -> Result<Order, AppError> {
    context.require(Permission::OrdersProcess)?;
    let order = get(erp, context, id).await?;
    let mut work = erp.begin(context).await?;
    change_state(&mut work, context, &order, "cancelled").await?;
    work.event("order.cancelled", json!({ "order_id": order.id, "number": order.number }));
    work.commit().await?;
    Ok(Order { status: "cancelled".to_owned(), ..order })
}

async fn change_state(
    work: &mut Work<'_>,
    context: &CallContext,
    order: &Order,
    status: &'static str,
) -> Result<(), AppError> {
    let sql = "UPDATE erp_orders SET status = $3 WHERE tenant_id = $1 AND id = $2 AND status = 'new'";
    let values = [context.tenant.id.as_str().into(), (&order.id).into(), status.into()];
    if work.execute(sql, &values).await? == 0 {
        let message = format!("order {} is {}; only a new order can be {status}", order.number, order.status);
        return Err(AppError::Conflict(message));
    }
    Ok(())
}
