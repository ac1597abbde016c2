//! Time zones: those of the IANA database, and offsets such as `+05:00`.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use icu_time::{
    TimeZone, TimeZoneInfo,
    zone::{UtcOffset, ZoneNameTimestamp, models::AtTime},
};

use crate::zones;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Zone {
    Named(Tz),
    Offset(FixedOffset),
}

impl Zone {
    /// Parses a name, in any case, or an offset of hours and minutes.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if name.starts_with(['+', '-']) {
            return offset(name).map(Self::Offset);
        }
        let exact = name.parse().ok();
        let zone = exact.or_else(|| TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name)).copied());
        zone.map(Self::Named)
    }

    /// Returns the name as in `resolvedOptions`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Named(Tz::UTC | Tz::Etc__UTC | Tz::Etc__GMT | Tz::GMT) => "UTC".to_owned(),
            Self::Named(zone) => zone.name().to_owned(),
            Self::Offset(offset) => offset.to_string(),
        }
    }

    /// Returns the local time, and the data that names the zone at that time.
    pub(super) fn local(self, at: DateTime<Utc>) -> Option<(NaiveDateTime, TimeZoneInfo<AtTime>)> {
        let utc = at.naive_utc();
        let offset = match self {
            Self::Named(zone) => zones::offset(zone, at),
            Self::Offset(offset) => offset,
        };
        let id = match self {
            Self::Named(zone) => TimeZone::from_iana_id(zone.name()),
            Self::Offset(_) => TimeZone::UNKNOWN,
        };
        let local = utc.checked_add_offset(offset)?;
        let offset = UtcOffset::try_from_seconds(offset.local_minus_utc()).ok()?;
        let timestamp = ZoneNameTimestamp::from_epoch_seconds(at.timestamp());
        Some((local, id.with_offset(Some(offset)).with_zone_name_timestamp(timestamp)))
    }
}

/// Parses `+05`, `+0530` or `+05:30`.
fn offset(text: &str) -> Option<FixedOffset> {
    let digits: String = text.get(1..)?.chars().filter(|sign| *sign != ':').collect();
    let form_is_right = matches!(text.len(), 3 | 5) || (text.len() == 6 && text.as_bytes().get(3) == Some(&b':'));
    if !form_is_right || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = |part: &str| part.parse::<i32>().ok();
    let (hours, minutes) = (number(digits.get(..2)?)?, digits.get(2..4).map_or(Some(0), number)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds })
}
