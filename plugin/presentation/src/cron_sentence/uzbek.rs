//! The words of Uzbek in Latin letters.

use super::{Choice, DaySelection, Days, Times, list, names, numbers};

const MONTHS: [&str; 12] =
    ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr"];
const WEEKDAYS: [&str; 7] = ["dushanba", "seshanba", "chorshanba", "payshanba", "juma", "shanba", "yakshanba"];

pub(super) fn times(times: &Times) -> String {
    match times {
        Times::EveryMinutes(minutes) => capital(&every(*minutes)),
        Times::EveryHours { hours, minute } => format!("{}, {minute}-daqiqada", capital(&every(hours * 60))),
        Times::Series { minutes, first, last } => format!("Soat {first} dan {last} gacha {}", every(*minutes)),
        Times::At(times) => format!("Soat {} da", list(times, "va")),
        Times::OfEveryHour(minutes) => format!("Har soatning {}", ordinal(minutes, "daqiqasida", "daqiqalarida")),
        Times::EveryMinutesOf { minutes, hours } => {
            format!("{}, {}", capital(&every(*minutes)), ordinal(hours, "soatda", "soatlarda"))
        }
        Times::Of { minutes, hours } => {
            let (hours, minutes) =
                (ordinal(hours, "soatning", "soatlarning"), ordinal(minutes, "daqiqasida", "daqiqalarida"));
            format!("{hours} {minutes}")
        }
    }
}

pub(super) fn days(days: &Days, round_the_clock: bool) -> String {
    let months = days.months.as_ref().map(in_months);
    let on = match (&days.on, &days.months) {
        (DaySelection::Every, None) if round_the_clock => return String::new(),
        (DaySelection::Every, Some(months)) if round_the_clock => return in_months(months),
        (DaySelection::Every, None) => "har kuni".to_owned(),
        (DaySelection::Every, Some(months)) => return format!("{} har kuni", in_months(months)),
        (DaySelection::Dates(dates), Some(Choice::Each(months))) => {
            let of = if months.len() == 1 { "oyining" } else { "oylarining" };
            return format!("{} {of} {}", list(&names(months, &MONTHS), "va"), on_dates(dates));
        }
        (DaySelection::Dates(dates), _) => format!("har oyning {}", on_dates(dates)),
        (DaySelection::Weekdays(weekdays), _) => on_weekdays(weekdays),
        (DaySelection::Either(dates, weekdays), _) => {
            format!("oyning {} yoki {}", on_dates(dates), on_weekdays(weekdays))
        }
    };
    [Some(on), months].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn every(minutes: usize) -> String {
    match (minutes / 60, minutes) {
        (0, 1) => "har daqiqada".to_owned(),
        (0, minutes) => format!("har {minutes} daqiqada"),
        (1, _) => "har soatda".to_owned(),
        (hours, _) => format!("har {hours} soatda"),
    }
}

/// All phrases of this kind begin with the same word.
fn capital(every: &str) -> String {
    every.replacen("har", "Har", 1)
}

/// `5-daqiqasida`, `0-, 7- va 14–16-daqiqalarida`.
fn ordinal(values: &[u8], one: &str, more: &str) -> String {
    let numbers: Vec<String> = numbers(values).into_iter().map(|number| format!("{number}-")).collect();
    format!("{}{}", list(&numbers, "va"), if values.len() == 1 { one } else { more })
}

fn on_dates(dates: &[u8]) -> String {
    ordinal(dates, "kuni", "kunlari")
}

fn on_weekdays(weekdays: &Choice) -> String {
    match weekdays {
        Choice::Range(first, last) => format!("{}dan {}gacha", WEEKDAYS[first - 1], WEEKDAYS[last - 1]),
        Choice::Each(days) => format!("{} kunlari", list(&names(days, &WEEKDAYS), "va")),
    }
}

fn in_months(months: &Choice) -> String {
    match months {
        Choice::Range(first, last) => format!("{}dan {}gacha", MONTHS[first - 1], MONTHS[last - 1]),
        Choice::Each(months) => {
            let within = if months.len() == 1 { "oyida" } else { "oylarida" };
            format!("{} {within}", list(&names(months, &MONTHS), "va"))
        }
    }
}
