//! The overview: a few figures, the revenue of the last 30 days, the latest events.

use askama::Template;
use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use super::view::Table;
use super::{AppState, PageResult, respond};
use crate::access::Permission;
use crate::caller::Caller;
use crate::error::AppError;
use crate::listing::{self, Listing, Source};
use crate::money::Money;
use crate::orders::report::{self, ReportQuery};
use crate::web::extract::PageCaller;
use crate::{clients, clock, events, invoices, orders, sms};

/// A widget of another module on the overview.
#[async_trait]
pub trait Widget: Send + Sync + std::fmt::Debug {
    /// HTML, or `None` if the widget is not for this caller or currently unavailable.
    async fn html(&self, caller: &Caller) -> Option<String>;
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    widget: String,
    tiles: Vec<Tile>,
    bars: Vec<Bar>,
    revenue: Money,
    currency: String,
    first_day: String,
    last_day: String,
    table: Table,
}

struct Tile {
    label: &'static str,
    value: i64,
    note: &'static str,
    href: String,
}

struct Bar {
    /// Of 100.
    height: i64,
    label: String,
}

pub(super) async fn show(State(state): State<AppState>, PageCaller(caller): PageCaller) -> PageResult {
    let context = &caller.context;
    let query = ReportQuery::parse(&json!({}), context)?;
    let periods = report::report(&state.erp, context, &query).await?;
    let highest = periods.iter().map(|period| period.revenue.minor()).max().unwrap_or(0).max(1);
    let bars = periods.iter().map(|period| Bar {
        height: period.revenue.minor() * 100 / highest,
        label: format!("{}: {} orders, {}", period.name, period.count, period.revenue),
    });
    let mut listing = Listing::all(&events::SOURCE);
    listing.limit = 8;
    let latest = events::list(&state.erp.db, context, &listing).await?;
    let home = Home {
        widget: state.widget.html(&caller).await.unwrap_or_default(),
        tiles: tiles(&state, &caller).await?,
        revenue: periods.iter().map(|period| period.revenue).sum(),
        bars: bars.collect(),
        currency: context.tenant.currency.clone(),
        first_day: clock::display_date(&query.from.to_string(), context.tenant.time_zone),
        last_day: clock::display_date(&query.to.to_string(), context.tenant.time_zone),
        table: super::events::table(&latest, &caller),
    };
    respond(&state, &caller, ("Overview", "home"), StatusCode::OK, &home)
}

async fn tiles(state: &AppState, caller: &Caller) -> Result<Vec<Tile>, AppError> {
    let zone = caller.context.tenant.time_zone;
    let today = clock::local_date(clock::now(), zone);
    let month_ago = today - chrono::Duration::days(30);
    let inactive_query = format!("status=active&last_activity.lt={month_ago}");
    let overdue = format!("outstanding.gt=0&due_date.lt={today}");
    let figures: [(&'static str, &'static str, Permission, &Source, &str, &str); 4] = [
        (
            "Inactive clients",
            "active status, no order for 30 days",
            Permission::ClientsRead,
            &clients::SOURCE,
            "/clients",
            &inactive_query,
        ),
        ("New orders", "to be processed", Permission::OrdersRead, &orders::SOURCE, "/orders", "status=new"),
        (
            "Overdue invoices",
            "unpaid after the due date",
            Permission::InvoicesRead,
            &invoices::SOURCE,
            "/invoices",
            &overdue,
        ),
        ("Messages", "queued in the outbox", Permission::NotificationsRead, &sms::SOURCE, "/sms", "status=queued"),
    ];
    let mut tiles = Vec::new();
    for (label, note, permission, source, path, query) in figures {
        if !caller.context.may(permission) {
            continue;
        }
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let listing = Listing::from_query(source, &pairs, zone)?;
        let value = listing::count(&state.erp.db, source, &caller.context.tenant.id, &listing).await?;
        tiles.push(Tile { label, value, note, href: format!("{path}?{query}") });
    }
    Ok(tiles)
}
