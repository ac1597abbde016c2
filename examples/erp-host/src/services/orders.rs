//! `services.orders`. The tenant's rule applies to orders that scripts create, too.

use serde_json::{Value as Json, json};

use super::catalogue::{Method, Service, id, input, list_argument, list_of, money, object, or_null};
use super::{Call, done};
use crate::access::Permission;
use crate::error::AppError;
use crate::listing::Listing;
use crate::orders;
use crate::orders::report::{self, METRICS, ReportQuery};
use crate::orders::rule::OrderRule;

pub(super) async fn call(call: &Call<'_>, method: &str, rule: &dyn OrderRule) -> Result<Option<Json>, AppError> {
    let (erp, context) = (call.erp, call.context);
    match method {
        "list" => {
            let zone = context.tenant.time_zone;
            let listing = Listing::from_argument(&orders::SOURCE, call.args.first(), zone)?;
            done(orders::list(erp, context, &listing).await?)
        }
        "get" => done(orders::find(erp, context, call.text(0, "id")?).await?),
        "create" => done(orders::create(erp, context, call.argument(0), rule).await?),
        "process" => done(orders::process(erp, context, call.text(0, "id")?).await?),
        "cancel" => done(orders::cancel(erp, context, call.text(0, "id")?).await?),
        "getReport" => {
            let all = json!({});
            let query = if call.argument(0).is_null() { &all } else { call.argument(0) };
            let query = ReportQuery::parse(query, context)?;
            let periods = report::report(erp, context, &query).await?;
            done(periods.iter().map(|period| query.to_json(period)).collect::<Vec<_>>())
        }
        _ => Ok(None),
    }
}

pub(super) fn service() -> Service {
    let read = Permission::OrdersRead;
    let act = Permission::OrdersProcess;
    Service {
        name: "orders",
        description: "Orders of clients",
        methods: vec![
            Method::read("list", "Lists the orders that match the filters, without items; 50 by default", read)
                .schemas(vec![list_argument(&orders::SOURCE)], 0, list_of(order())),
            Method::read("get", "Returns one order with its items, or null", read).schemas(
                vec![id()],
                1,
                or_null(order()),
            ),
            Method::write(
                "create",
                "Creates an order if the tenant's validation script accepts it",
                Permission::OrdersCreate,
            )
            .schemas(vec![draft()], 1, order()),
            Method::write("process", "Reduces the stock and creates the invoice", act).schemas(vec![id()], 1, order()),
            Method::write("cancel", "Cancels an order that is still new", act).schemas(vec![id()], 1, order()),
            Method::read("getReport", "Orders and revenue by day, week or month", Permission::ReportsView).schemas(
                vec![report_query()],
                0,
                list_of(period()),
            ),
        ],
    }
}

fn order() -> Json {
    let mut order = object(json!({
        "id": id(),
        "number": { "type": "integer" },
        "customer_id": id(),
        "customer_name": { "type": "string" },
        "status": { "enum": ["new", "processed", "cancelled"] },
        "total": money(),
        "delivery_date": { "type": ["string", "null"], "format": "date" },
        "created_at": { "type": "string", "format": "date-time" },
    }));
    order["properties"]["items"] = list_of(object(json!({
        "product_id": id(), "product_name": { "type": "string" }, "quantity": { "type": "integer" }, "price": money(),
    })));
    order
}

fn draft() -> Json {
    let item = json!({
        "product_id": id(),
        "quantity": { "type": "integer", "minimum": 1, "maximum": 1_000_000 },
        "price": money(),
    });
    let properties = json!({
        "customer_id": id(),
        "items": { "type": "array", "minItems": 1, "maxItems": 200, "items": input(item, &["product_id", "quantity"]) },
        "delivery_date": { "type": ["string", "null"], "description": "like 2026-01-31" },
        "total": money(),
    });
    input(properties, &["customer_id", "items"])
}

fn report_query() -> Json {
    let day = json!({ "type": ["string", "null"], "description": "a date or a time; only the date is used" });
    let properties = json!({
        "startDate": day,
        "endDate": day,
        "groupBy": { "enum": ["day", "week", "month"] },
        "includeMetrics": { "type": "array", "minItems": 1, "maxItems": METRICS.len(), "items": { "enum": METRICS } },
    });
    let mut query = input(properties, &[]);
    query["type"] = json!(["object", "null"]);
    query
}

fn period() -> Json {
    let mut period = object(json!({ "period": { "type": "string" } }));
    period["properties"]["count"] = json!({ "type": "integer" });
    period["properties"]["revenue"] = money();
    period["properties"]["average_value"] = money();
    period
}
