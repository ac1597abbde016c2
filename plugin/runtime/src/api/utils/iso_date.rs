//! Parses ISO dates as written by databases and JSON. A time without an offset is wall-clock time of the zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::date_pattern::local_time;

/// Parses `2024-05-31`, `2024-05-31T17:00`, `2024-05-31 17:00:00.5+02:00` and similar forms.
pub(super) fn parse(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    for form in ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
        if let Ok(at) = DateTime::parse_from_str(text, form) {
            return Some(at.with_timezone(&Utc));
        }
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(wall) = NaiveDateTime::parse_from_str(text, form) {
            return local_time(wall, zone);
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    local_time(day.and_time(NaiveTime::MIN), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_offset_is_in_the_zone() {
        let at = |text| parse(text, Tz::Asia__Tashkent).map(|at| at.to_rfc3339());
        assert_eq!(at("2024-05-31").as_deref(), Some("2024-05-30T19:00:00+00:00"));
        assert_eq!(at("2024-05-31 17:00").as_deref(), Some("2024-05-31T12:00:00+00:00"));
        assert_eq!(at("2024-05-31T17:00:00Z").as_deref(), Some("2024-05-31T17:00:00+00:00"));
        assert_eq!(at("2024-05-31 17:00:00.25+02").as_deref(), Some("2024-05-31T15:00:00.250+00:00"));
        assert_eq!(at("yesterday"), None);
    }
}
