//! Times and durations for display: in the tenant's time zone, with the units of the language.

use std::time::Duration;

use chrono::{NaiveDateTime, TimeZone as _};
use iota_scripts_domain::{TimeZone, Timestamp};

use crate::locale::Locale;

/// A timestamp for a template.
#[derive(Debug, Clone)]
pub(super) struct LocalTime {
    /// RFC 3339, for programs.
    pub(super) iso: String,
    /// To the minute, in the tenant's time zone.
    pub(super) short: String,
    /// To the second.
    pub(super) full: String,
    /// To the second, with the zone.
    pub(super) long: String,
}

impl LocalTime {
    pub(super) fn of(time: Timestamp, zone: TimeZone) -> Self {
        let local = time.to_utc().with_timezone(&zone.tz());
        let full = local.format("%Y-%m-%d %H:%M:%S").to_string();
        Self {
            iso: time.to_string(),
            short: local.format("%Y-%m-%d %H:%M").to_string(),
            long: format!("{full} {}", zone.name()),
            full,
        }
    }

    pub(super) fn optional(time: Option<Timestamp>, zone: TimeZone) -> Option<Self> {
        time.map(|time| Self::of(time, zone))
    }
}

/// Parses a `datetime-local` field in a time zone. Of a time that occurs twice, the first is returned; for a time that
/// the clock skips, the instant after the gap.
pub(super) fn local(text: &str, zone: TimeZone) -> Option<Timestamp> {
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let naive = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    let earliest = |naive: NaiveDateTime| zone.tz().from_local_datetime(&naive).earliest();
    let found = earliest(naive).or_else(|| earliest(naive.checked_add_signed(chrono::TimeDelta::hours(1))?));
    Some(found?.to_utc().into())
}

/// Returns the first instant of a day in a `date` field, `days` later.
pub(super) fn day(text: &str, zone: TimeZone, days: i64) -> Option<Timestamp> {
    let date = text.parse::<chrono::NaiveDate>().ok()?.checked_add_signed(chrono::TimeDelta::try_days(days)?)?;
    local(&date.format("%Y-%m-%dT00:00").to_string(), zone)
}

/// Parses a bound of a time filter: a day (its first instant, `days` later) or a timestamp.
pub(super) fn bound(text: &str, zone: TimeZone, days: i64) -> Option<Timestamp> {
    day(text, zone, days).or_else(|| Timestamp::parse(text).ok()).or_else(|| local(text, zone))
}

/// A bound of a time filter as a form value: a day, or a timestamp in the tenant's time zone.
pub(super) struct BoundField {
    pub(super) kind: &'static str,
    pub(super) value: String,
}

impl BoundField {
    pub(super) fn of(text: &str, zone: TimeZone) -> Self {
        let is_day = text.is_empty() || text.parse::<chrono::NaiveDate>().is_ok();
        match bound(text, zone, 0).filter(|_| !is_day) {
            None => Self { kind: "date", value: text.to_owned() },
            Some(local_time) => Self { kind: "datetime-local", value: field(local_time, zone) },
        }
    }
}

/// Formats a timestamp for a `datetime-local` field.
pub(super) fn field(local_time: Timestamp, zone: TimeZone) -> String {
    local_time.to_utc().with_timezone(&zone.tz()).format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Formats a duration in a suitable unit.
pub(super) fn length(duration: Duration, locale: Locale) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 10.0 {
        format!("{ms:.1} {}", locale.text("unit.ms"))
    } else if ms < 1000.0 {
        format!("{ms:.0} {}", locale.text("unit.ms"))
    } else if ms < 60_000.0 {
        format!("{:.1} {}", ms / 1000.0, locale.text("unit.s"))
    } else {
        let seconds = duration.as_secs();
        format!("{} {} {} {}", seconds / 60, locale.text("unit.min"), seconds % 60, locale.text("unit.s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tashkent() -> TimeZone {
        TimeZone::parse("Asia/Tashkent").unwrap()
    }

    #[test]
    fn times_are_in_the_time_zone_of_the_tenant() {
        let local_time = LocalTime::of(Timestamp::parse("2026-01-31T21:30:05Z").unwrap(), tashkent());
        assert_eq!(
            (local_time.short.as_str(), local_time.long.as_str()),
            ("2026-02-01 02:30", "2026-02-01 02:30:05 Asia/Tashkent")
        );
        let read = local("2026-02-01T02:30", tashkent()).unwrap();
        assert_eq!(read.to_string(), "2026-01-31T21:30:00Z");
        assert_eq!(day("2026-02-01", tashkent(), 1).unwrap().to_string(), "2026-02-01T19:00:00Z");
    }

    #[test]
    fn a_time_bound_survives_a_round_trip() {
        let at = |text: &str, days| bound(text, tashkent(), days).map(|time| time.to_string()).unwrap_or_default();
        assert_eq!(at("2026-02-01", 1), "2026-02-01T19:00:00Z");
        assert_eq!(at("2026-02-01T10:00:05Z", 1), "2026-02-01T10:00:05Z");
        assert_eq!(at("2026-02-01T15:00:05", 1), "2026-02-01T10:00:05Z");
        assert_eq!(at("soon", 0), "");
        let shown = |text: &str| {
            let field = BoundField::of(text, tashkent());
            (field.kind, field.value)
        };
        assert_eq!(shown("2026-02-01"), ("date", "2026-02-01".to_owned()));
        assert_eq!(shown("2026-02-01T10:00:05Z"), ("datetime-local", "2026-02-01T15:00:05".to_owned()));
        assert_eq!(shown(""), ("date", String::new()));
    }

    #[test]
    fn local_times_around_clock_changes_are_parsed() {
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        assert_eq!(local("2026-03-29T02:30", berlin).unwrap().to_string(), "2026-03-29T01:30:00Z");
        assert_eq!(local("2026-10-25T02:30", berlin).unwrap().to_string(), "2026-10-25T00:30:00Z");
        for nonsense in ["", "tomorrow", "2026-13-01T00:00", "99999-01-01T00:00"] {
            assert!(local(nonsense, berlin).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn durations_have_a_suitable_unit() {
        let text = [3, 312, 4_200, 125_000].map(|ms| length(Duration::from_millis(ms), Locale::En));
        assert_eq!(text, ["3.0 ms", "312 ms", "4.2 s", "2 min 5 s"]);
    }
}
