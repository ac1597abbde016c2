//! `utils.format.relative(date, {locale?, now?, unit?})`: formats the distance to a time in words.

use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, object::builtins::JsDate};
use fixed_decimal::{Decimal, Sign};

use crate::{
    api::{
        options::Options,
        utils::arguments::{instant, language},
    },
    builtins::Formatters,
    intl::{
        relative::{Unit, Words},
        width::Width,
    },
    isolate::Session,
};

/// The units by their names in scripts.
const UNITS: [(&str, Unit); 7] = [
    ("second", Unit::Second),
    ("minute", Unit::Minute),
    ("hour", Unit::Hour),
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("year", Unit::Year),
];

pub(super) fn relative(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.relative";
    let options = Options::read(NAME, args.get_or_undefined(1), &["locale", "now", "unit"], context)?;
    let language = language(NAME, options.text("locale", context)?, context)?;
    let unit = options.word("unit", &UNITS, context)?;
    let zone = Session::of(context)?.with(|run| run.region.zone)?;
    let at = instant(NAME, args.get_or_undefined(0), zone, context)?;
    let now = match options.value("now", context)? {
        now if now.is_undefined() => JsObject::from(JsDate::new(context)).into(),
        now => now,
    };
    let now = instant(NAME, &now, zone, context)?;
    let ms = at.timestamp_millis() - now.timestamp_millis();
    let unit = unit.unwrap_or_else(|| suitable(ms.unsigned_abs()));
    let count = count(unit, ms.unsigned_abs());
    let is_now = count == 0 && unit == Unit::Second;
    let words = if is_now { Words::IfAny } else { Words::Never };
    let sign = if ms < 0 && !is_now { Sign::Negative } else { Sign::None };
    let written = Formatters::relative(language, unit, Width::Long, words, context)?;
    Ok(JsString::from(written.format(&Decimal::from(count).with_sign(sign)).as_str()).into())
}

/// Returns the milliseconds of a unit; the calendar's mean if its length varies.
const fn length_ms(unit: Unit) -> u64 {
    const DAY: u64 = 86_400_000;
    // A twelfth of 365.2425 days.
    const MONTH: u64 = 2_629_746_000;
    match unit {
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => 3_600_000,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
        Unit::Month => MONTH,
        Unit::Quarter => 3 * MONTH,
        Unit::Year => 12 * MONTH,
    }
}

/// Returns a distance in units, rounded half away from zero.
const fn count(unit: Unit, ms: u64) -> u64 {
    (ms + length_ms(unit) / 2) / length_ms(unit)
}

/// Returns the largest unit of which a distance is at least one, after rounding to the next smaller unit. Weeks are used only if
/// requested.
const fn suitable(ms: u64) -> Unit {
    match () {
        () if count(Unit::Second, ms) < 60 => Unit::Second,
        () if count(Unit::Minute, ms) < 60 => Unit::Minute,
        () if count(Unit::Hour, ms) < 24 => Unit::Hour,
        () if count(Unit::Day, ms) < 30 => Unit::Day,
        () if count(Unit::Month, ms) < 12 => Unit::Month,
        () => Unit::Year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_suits_the_distance() {
        const DAY: u64 = 86_400_000;
        for (ms, unit, many) in [
            (0, Unit::Second, 0),
            (499, Unit::Second, 0),
            (59_499, Unit::Second, 59),
            (59_500, Unit::Minute, 1),
            (3_569_999, Unit::Minute, 59),
            (3_570_000, Unit::Hour, 1),
            (DAY - 1_800_001, Unit::Hour, 23),
            (DAY - 1_800_000, Unit::Day, 1),
            (29 * DAY, Unit::Day, 29),
            (30 * DAY, Unit::Month, 1),
            (360 * DAY, Unit::Year, 1),
            (i64::MIN.unsigned_abs(), Unit::Year, 292_277_025),
        ] {
            assert_eq!((suitable(ms), count(suitable(ms), ms)), (unit, many), "{ms}");
        }
    }
}
