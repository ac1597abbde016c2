//! A list requested by a query string: `?status=active&last_activity.lt=2026-01-31&q=anna&sort=-name&page=2`.
//!
//! A parameter other than a field, `q`, `sort`, `page` or `per_page` is rejected, so that a typing error does not return an unfiltered
//! list.

use chrono_tz::Tz;
use serde_json::Value as Json;

use super::{Condition, Listing, MAX_LIMIT, Source};
use crate::error::AppError;

impl Listing {
    /// Reads a decoded query string. Empty parameters, as sent by forms, count as missing.
    pub fn from_query(source: &Source, query: &[(String, String)], zone: Tz) -> Result<Self, AppError> {
        let mut listing = Self::all(source);
        let mut page = 1;
        for (name, text) in query.iter().filter(|(_, text)| !text.is_empty()) {
            match name.as_str() {
                "q" => listing.search = Some(text.trim().to_lowercase()),
                "sort" => listing.sort_by(source, text)?,
                "page" => page = number("page", text, 100_000)?,
                "per_page" => listing.limit = number("per_page", text, MAX_LIMIT)?,
                other => listing.conditions.push(condition(source, other, text, zone)?),
            }
        }
        listing.offset = (page - 1) * listing.limit;
        Ok(listing)
    }

    /// The number of the page, from 1.
    pub fn page(&self) -> i64 {
        self.offset / self.limit.max(1) + 1
    }
}

fn condition(source: &Source, name: &str, text: &str, zone: Tz) -> Result<Condition, AppError> {
    let (field, operator) = name.split_once('.').unwrap_or((name, "eq"));
    if source.column(field).is_none() {
        let message = format!("unknown parameter {name}; expected one of q, sort, page, per_page, {}", source.fields());
        return Err(AppError::field(name, message));
    }
    let value = match operator {
        "in" => Json::Array(text.split(',').map(|part| Json::String(part.trim().to_owned())).collect()),
        _ => Json::String(text.to_owned()),
    };
    Condition::new(source, name, (field, operator), &value, zone)
}

fn number(name: &str, text: &str, max: i64) -> Result<i64, AppError> {
    let number = text.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| AppError::field(name, format!("{name} must be a whole number from 1 to {max}")))
}
