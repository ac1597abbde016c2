//! Occurrences across clock changes, and compared with the croner crate over years.

use chrono::Datelike as _;
use croner::parser::{CronParser, Seconds};
use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

/// The occurrences after a local time, as the clock of the zone shows them, with its offset.
fn after(text: &str, name: &str, from: &str, count: usize) -> Vec<String> {
    let zone = zone(name);
    let from = NaiveDateTime::parse_from_str(from, "%Y-%m-%d %H:%M").unwrap();
    let mut moment = Timestamp::from(zone.tz().from_local_datetime(&from).earliest().unwrap().with_timezone(&Utc));
    let expression = CronExpression::parse(text).unwrap();
    let mut found = Vec::new();
    for _ in 0..count {
        moment = expression.next_after(moment, zone).unwrap();
        found.push(moment.to_utc().with_timezone(&zone.tz()).format("%m-%d %H:%M %z").to_string());
    }
    found
}

#[test]
fn a_fixed_time_that_spring_skips_is_due_right_after_the_skip_and_once() {
    // Berlin goes from 02:00 to 03:00 on 30 March 2025.
    let daily = after("30 2 * * *", "Europe/Berlin", "2025-03-29 00:00", 3);
    assert_eq!(daily, ["03-29 02:30 +0100", "03-30 03:00 +0200", "03-31 02:30 +0200"]);
    let twice = after("0,30 2 * * *", "Europe/Berlin", "2025-03-30 00:00", 2);
    assert_eq!(twice, ["03-30 03:00 +0200", "03-31 02:00 +0200"]);
    // Half an hour is skipped, at two.
    let island = after("15 2 * * *", "Australia/Lord_Howe", "2025-10-05 00:00", 2);
    assert_eq!(island, ["10-05 02:30 +1100", "10-06 02:15 +1100"]);
    // Samoa had no 30 December 2011 at all.
    let day = after("0 12 * * *", "Pacific/Apia", "2011-12-29 00:00", 3);
    assert_eq!(day, ["12-29 12:00 -1000", "12-31 00:00 +1400", "12-31 12:00 +1400"]);
}

#[test]
fn a_fixed_time_that_autumn_repeats_is_due_the_first_time_only() {
    // Berlin goes from 03:00 back to 02:00 on 26 October 2025.
    let daily = after("30 2 * * *", "Europe/Berlin", "2025-10-25 12:00", 2);
    assert_eq!(daily, ["10-26 02:30 +0200", "10-27 02:30 +0100"]);
    let at_the_edges = after("0,59 2 * * *", "Europe/Berlin", "2025-10-26 00:00", 3);
    assert_eq!(at_the_edges, ["10-26 02:00 +0200", "10-26 02:59 +0200", "10-27 02:00 +0100"]);
}

#[test]
fn every_so_often_goes_on_through_both_changes() {
    let spring = after("*/30 * * * *", "Europe/Berlin", "2025-03-30 01:15", 3);
    assert_eq!(spring, ["03-30 01:30 +0100", "03-30 03:00 +0200", "03-30 03:30 +0200"]);
    let autumn = after("*/30 * * * *", "Europe/Berlin", "2025-10-26 01:45", 5);
    let expected =
        ["10-26 02:00 +0200", "10-26 02:30 +0200", "10-26 02:00 +0100", "10-26 02:30 +0100", "10-26 03:00 +0100"];
    assert_eq!(autumn, expected);
    let hourly = after("5 * * * *", "America/New_York", "2025-11-02 00:30", 3);
    assert_eq!(hourly, ["11-02 01:05 -0400", "11-02 01:05 -0500", "11-02 02:05 -0500"]);
}

#[test]
fn a_day_that_fits_either_field_is_enough_when_both_are_given() {
    let found = after("0 0 13 * FRI", "UTC", "2025-06-01 00:00", 4);
    assert_eq!(found, ["06-06 00:00 +0000", "06-13 00:00 +0000", "06-20 00:00 +0000", "06-27 00:00 +0000"]);
    let leap = after("0 0 29 2 *", "UTC", "2025-01-01 00:00", 1);
    assert_eq!(leap, ["02-29 00:00 +0000"]);
}

#[test]
fn an_occurrence_is_later_than_the_moment_asked_about_even_by_a_microsecond() {
    let expression = CronExpression::parse("0 9 * * *").unwrap();
    let nine = Timestamp::parse("2025-01-01T09:00:00Z").unwrap();
    let next = |micros| expression.next_after(Timestamp::from_micros(nine.as_micros() + micros), TimeZone::UTC);
    assert_eq!(next(-1), Some(nine));
    assert_eq!(next(0), Some(Timestamp::parse("2025-01-02T09:00:00Z").unwrap()));
    assert_eq!(next(999_999), next(0));
}

fn field(min: u8, max: u8) -> impl Strategy<Value = String> {
    let value = min..=max;
    let range = (min..=max, min..=max).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b)));
    prop_oneof![
        3 => Just("*".to_owned()),
        3 => value.clone().prop_map(|v| v.to_string()),
        1 => proptest::collection::vec(value, 1..4)
            .prop_map(|list| list.iter().map(u8::to_string).collect::<Vec<_>>().join(",")),
        2 => range.clone(),
        1 => (range, 1..=max.max(1)).prop_map(|(range, step)| format!("{range}/{step}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Both days of a step over `*` count as given here and not in croner, so those are left out; nor do clocks change in Tashkent.
    #[test]
    fn years_of_occurrences_are_those_of_croner(
        minute in field(0, 59), hour in field(0, 23), day in field(1, 31), month in field(1, 12), weekday in field(0, 7),
        start in 1_600_000_000_i64..1_900_000_000,
    ) {
        let text = format!("{minute} {hour} {day} {month} {weekday}");
        let oracle = CronParser::builder().seconds(Seconds::Disallowed).dom_and_dow(false).build().parse(&text);
        let (Ok(expression), Ok(oracle)) = (CronExpression::parse(&text), oracle) else { return Ok(()) };
        let tashkent = zone("Asia/Tashkent");
        let mut ours = Timestamp::from_micros(start * 1_000_000);
        let mut theirs = ours.to_utc().with_timezone(&tashkent.tz());
        for _ in 0..40 {
            let next = expression.next_after(ours, tashkent);
            let Ok(expected) = oracle.find_next_occurrence(&theirs, false) else { break };
            // The calendar of the cron crate ends with 2100, which leap days reach within forty steps.
            if expected.year() > 2100 {
                break;
            }
            prop_assert_eq!(next.map(Timestamp::to_utc), Some(expected.with_timezone(&Utc)), "{}", text);
            // A year apart, so that months and leap years are met too.
            let step = Duration::days(if start % 2 == 0 { 0 } else { 200 });
            theirs = expected + step;
            ours = Timestamp::from(theirs.with_timezone(&Utc));
        }
    }

    #[test]
    fn occurrences_go_forward_in_every_zone(
        minute in field(0, 59), hour in field(0, 23), weekday in field(0, 6), start in 1_700_000_000_i64..1_800_000_000,
        name in prop_oneof![Just("Europe/Berlin"), Just("America/New_York"), Just("Australia/Lord_Howe"), Just("Asia/Tashkent")],
    ) {
        let expression = CronExpression::parse(&format!("{minute} {hour} * * {weekday}")).unwrap();
        let mut moment = Timestamp::from_micros(start * 1_000_000 + 1);
        for _ in 0..20 {
            let next = expression.next_after(moment, zone(name)).unwrap();
            prop_assert!(next > moment);
            prop_assert_eq!(next.as_micros() % 60_000_000, 0);
            moment = next;
        }
    }
}
