//! The words of English.

use super::{Choice, DaySelection, Days, Times, list, names, numbers};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn times(times: &Times) -> String {
    match times {
        Times::EveryMinutes(minutes) => every(*minutes),
        Times::EveryHours { hours, minute } => format!("{}, at minute {minute}", every(hours * 60)),
        Times::Series { minutes, first, last } => format!("{} from {first} to {last}", every(*minutes)),
        Times::At(times) => format!("At {}", list(times, "and")),
        Times::OfEveryHour(minutes) => format!("At {} of every hour", counted("minute", minutes)),
        Times::EveryMinutesOf { minutes, hours } => format!("{} during {}", every(*minutes), counted("hour", hours)),
        Times::Of { minutes, hours } => format!("At {} past {}", counted("minute", minutes), counted("hour", hours)),
    }
}

pub(super) fn days(days: &Days, round_the_clock: bool) -> String {
    let months = days.months.as_ref().map(in_months);
    let on = match (&days.on, &days.months) {
        (DaySelection::Every, None) if round_the_clock => return String::new(),
        (DaySelection::Every, Some(months)) if round_the_clock => return in_months(months),
        (DaySelection::Every, None) => "every day".to_owned(),
        (DaySelection::Every, Some(months)) => return format!("every day {}", in_months(months)),
        (DaySelection::Dates(dates), Some(Choice::Each(months))) => {
            return format!("on {} of {}", counted("day", dates), list(&names(months, &MONTHS), "and"));
        }
        (DaySelection::Dates(dates), _) => on_dates(dates),
        (DaySelection::Weekdays(weekdays), _) => on_weekdays(weekdays),
        (DaySelection::Either(dates, weekdays), _) => format!("{} or {}", on_dates(dates), on_weekdays(weekdays)),
    };
    [Some(on), months].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn every(minutes: usize) -> String {
    match (minutes / 60, minutes) {
        (0, 1) => "Every minute".to_owned(),
        (0, minutes) => format!("Every {minutes} minutes"),
        (1, _) => "Every hour".to_owned(),
        (hours, _) => format!("Every {hours} hours"),
    }
}

/// `minute 5`, `minutes 5 and 10`.
fn counted(noun: &str, values: &[u8]) -> String {
    let plural = if values.len() == 1 { "" } else { "s" };
    format!("{noun}{plural} {}", list(&numbers(values), "and"))
}

fn on_dates(dates: &[u8]) -> String {
    format!("on {} of the month", counted("day", dates))
}

fn on_weekdays(weekdays: &Choice) -> String {
    match weekdays {
        Choice::Range(first, last) => format!("{} to {}", WEEKDAYS[first - 1], WEEKDAYS[last - 1]),
        Choice::Each(days) => format!("on {}", list(&names(days, &WEEKDAYS), "and")),
    }
}

fn in_months(months: &Choice) -> String {
    match months {
        Choice::Range(first, last) => format!("from {} to {}", MONTHS[first - 1], MONTHS[last - 1]),
        Choice::Each(months) => format!("in {}", list(&names(months, &MONTHS), "and")),
    }
}
