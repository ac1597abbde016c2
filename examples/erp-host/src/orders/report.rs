//! The order report: number and value of orders in each day, week or month of a range, in the tenant's time zone. Cancelled orders do not
//! count; a period without orders has zeros.

use chrono::{Datelike as _, Days, NaiveDate};
use serde_json::{Map, Value as Json, json};

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::Fields;
use crate::money::Money;

/// The longest range of a report.
const MAX_DAYS: i64 = 1100;
/// The default range of a report.
const DEFAULT_DAYS: u64 = 30;

/// The metrics of a period.
pub const METRICS: [&str; 3] = ["count", "revenue", "average_value"];

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    Day,
    Week,
    Month,
}

/// The options of a report.
#[derive(Debug)]
pub struct ReportQuery {
    /// First and last day, both included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub group_by: GroupBy,
    metrics: Vec<&'static str>,
}

/// A day, week or month with its orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `2026-01-31`, `2026-W05` or `2026-01`.
    pub name: String,
    pub count: i64,
    pub revenue: Money,
}

impl GroupBy {
    fn parse(word: &str) -> Self {
        match word {
            "week" => Self::Week,
            "month" => Self::Month,
            _ => Self::Day,
        }
    }

    /// The period of a day.
    pub fn name_of(self, day: NaiveDate) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => format!("{}-W{:02}", day.iso_week().year(), day.iso_week().week()),
            Self::Month => day.format("%Y-%m").to_string(),
        }
    }
}

impl ReportQuery {
    /// Reads `{startDate?, endDate?, groupBy?, includeMetrics?}`. Dates are days; of times, the day counts.
    pub fn parse(input: &Json, context: &CallContext) -> Result<Self, AppError> {
        let zone = context.tenant.time_zone;
        let mut fields = Fields::of(input)?;
        let mut day = |name: &'static str| match fields.optional_text(name, 40)? {
            None => Ok(None),
            Some(text) => match clock::parse(&text, zone) {
                Some(at) => Ok(Some(clock::local_date(at, zone))),
                None => Err(fields.wrong(name, "must be a date like 2026-01-31 or a time")),
            },
        };
        let to = day("endDate")?.unwrap_or_else(|| clock::local_date(clock::now(), zone));
        let from = day("startDate")?.or_else(|| to.checked_sub_days(Days::new(DEFAULT_DAYS))).unwrap_or(to);
        let group_by = GroupBy::parse(fields.word("groupBy", &["day", "week", "month"])?);
        let metrics = parse_metrics(&mut fields)?;
        if from > to {
            return Err(fields.wrong("startDate", "must not be after endDate"));
        }
        if (to - from).num_days() > MAX_DAYS {
            return Err(fields.wrong("startDate", &format!("must be at most {MAX_DAYS} days before endDate")));
        }
        fields.finish()?;
        Ok(Self { from, to, group_by, metrics })
    }

    /// The JSON of a period: its name and the requested metrics.
    pub fn to_json(&self, period: &Period) -> Json {
        let mut object = Map::new();
        object.insert("period".to_owned(), json!(period.name));
        for metric in &self.metrics {
            let value = match *metric {
                "count" => json!(period.count),
                "revenue" => json!(period.revenue),
                _ => json!(period.revenue.divided_by(period.count)),
            };
            object.insert((*metric).to_owned(), value);
        }
        Json::Object(object)
    }
}

/// The periods of a range, in order.
pub async fn report(erp: &Erp, context: &CallContext, query: &ReportQuery) -> Result<Vec<Period>, AppError> {
    context.require(Permission::ReportsView)?;
    let zone = context.tenant.time_zone;
    let after = query.to.succ_opt().unwrap_or(query.to);
    let sql = "SELECT created_at, total FROM erp_orders
               WHERE tenant_id = $1 AND created_at >= $2 AND created_at < $3 AND status <> 'cancelled'";
    let values = [
        context.tenant.id.as_str().into(),
        clock::to_text(clock::start_of_day(query.from, zone)).into(),
        clock::to_text(clock::start_of_day(after, zone)).into(),
    ];
    let mut orders = Vec::new();
    for row in erp.db.fetch(sql, &values).await? {
        if let Some(at) = clock::parse(&row.text("created_at")?, zone) {
            orders.push((clock::local_date(at, zone), row.money("total")?));
        }
    }
    Ok(group(&orders, query.from, query.to, query.group_by))
}

/// Groups orders by period. Orders outside the range are left out.
pub fn group(orders: &[(NaiveDate, Money)], from: NaiveDate, to: NaiveDate, by: GroupBy) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for day in from.iter_days().take_while(|day| *day <= to) {
        let name = by.name_of(day);
        if periods.last().is_none_or(|last| last.name != name) {
            periods.push(Period { name, count: 0, revenue: Money::ZERO });
        }
    }
    for (day, total) in orders.iter().filter(|(day, _)| (from..=to).contains(day)) {
        let name = by.name_of(*day);
        if let Some(period) = periods.iter_mut().find(|period| period.name == name) {
            period.count += 1;
            period.revenue = period.revenue + *total;
        }
    }
    periods
}

fn parse_metrics(fields: &mut Fields<'_>) -> Result<Vec<&'static str>, AppError> {
    if fields.get("includeMetrics").is_none() {
        return Ok(METRICS.to_vec());
    }
    let names = fields.list("includeMetrics", METRICS.len())?;
    let metrics = names.iter().map(|name| {
        let known = METRICS.into_iter().find(|metric| name.as_str() == Some(metric));
        known.ok_or_else(|| fields.wrong("includeMetrics", &format!("knows {}, not {name}", METRICS.join(", "))))
    });
    metrics.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        clock::parse_date(text).expect("a date")
    }

    #[test]
    fn every_day_of_the_range_is_there() {
        let orders = [(day("2026-01-02"), Money::from_minor(100)), (day("2026-01-02"), Money::from_minor(50))];
        let periods = group(&orders, day("2026-01-01"), day("2026-01-03"), GroupBy::Day);
        assert_eq!(periods.iter().map(|period| period.count).collect::<Vec<_>>(), [0, 2, 0]);
        assert_eq!(periods[1].revenue, Money::from_minor(150));
    }

    #[test]
    fn weeks_are_iso_weeks_and_cross_the_year() {
        let orders = [(day("2025-12-31"), Money::from_minor(1)), (day("2026-01-01"), Money::from_minor(1))];
        let periods = group(&orders, day("2025-12-29"), day("2026-01-05"), GroupBy::Week);
        assert_eq!(periods.iter().map(|period| period.name.as_str()).collect::<Vec<_>>(), ["2026-W01", "2026-W02"]);
        assert_eq!(periods[0].count, 2);
    }

    #[test]
    fn months_and_orders_outside_the_range() {
        let orders = [(day("2026-01-31"), Money::from_minor(1)), (day("2026-03-01"), Money::from_minor(1))];
        let periods = group(&orders, day("2026-01-15"), day("2026-02-28"), GroupBy::Month);
        assert_eq!(
            periods.iter().map(|period| (period.name.as_str(), period.count)).collect::<Vec<_>>(),
            [("2026-01", 1), ("2026-02", 0)]
        );
    }
}
