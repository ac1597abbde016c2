//! The words of Russian, with the grammatical cases of the sentence.

use super::{Choice, DaySelection, Days, Times, list, names, numbers};

/// `1 января`, `с января`.
const OF_MONTH: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
/// `в январе`.
const IN_MONTH: [&str; 12] = [
    "январе",
    "феврале",
    "марте",
    "апреле",
    "мае",
    "июне",
    "июле",
    "августе",
    "сентябре",
    "октябре",
    "ноябре",
    "декабре",
];
/// `по январь`.
const TO_MONTH: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];
/// `по понедельникам`.
const ON_WEEKDAYS: [&str; 7] =
    ["понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям"];
const FROM_WEEKDAY: [&str; 7] =
    ["с понедельника", "со вторника", "со среды", "с четверга", "с пятницы", "с субботы", "с воскресенья"];
const TO_WEEKDAY: [&str; 7] =
    ["по понедельник", "по вторник", "по среду", "по четверг", "по пятницу", "по субботу", "по воскресенье"];

pub(super) fn times(times: &Times) -> String {
    match times {
        Times::EveryMinutes(minutes) => every(*minutes),
        Times::EveryHours { hours, minute } => format!("{}, {}", every(hours * 60), at_minutes(&[*minute], "в")),
        Times::Series { minutes, first, last } => format!("{} с {first} до {last}", every(*minutes)),
        Times::At(times) => format!("В {}", list(times, "и")),
        Times::OfEveryHour(minutes) => format!("{} каждого часа", at_minutes(minutes, "В")),
        Times::EveryMinutesOf { minutes, hours } => {
            format!("{} в часы {}", every(*minutes), list(&numbers(hours), "и"))
        }
        Times::Of { minutes, hours } => format!("{} после {}", at_minutes(minutes, "В"), after_hours(hours)),
    }
}

pub(super) fn days(days: &Days, round_the_clock: bool) -> String {
    let months = days.months.as_ref().map(in_months);
    let on = match (&days.on, &days.months) {
        (DaySelection::Every, None) if round_the_clock => return String::new(),
        (DaySelection::Every, Some(months)) if round_the_clock => return in_months(months),
        (DaySelection::Every, None) => "каждый день".to_owned(),
        (DaySelection::Every, Some(months)) => return format!("каждый день {}", in_months(months)),
        (DaySelection::Dates(dates), Some(Choice::Each(months))) => {
            return format!("{} {}", list(&numbers(dates), "и"), list(&names(months, &OF_MONTH), "и"));
        }
        (DaySelection::Dates(dates), _) => format!("{} каждого месяца", on_dates(dates)),
        (DaySelection::Weekdays(weekdays), _) => on_weekdays(weekdays),
        (DaySelection::Either(dates, weekdays), _) => {
            format!("{} месяца или {}", on_dates(dates), on_weekdays(weekdays))
        }
    };
    [Some(on), months].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn every(minutes: usize) -> String {
    match (minutes / 60, minutes) {
        (0, 1) => "Каждую минуту".to_owned(),
        (0, minutes) => format!("Каждые {minutes} {}", form(minutes, ["минуту", "минуты", "минут"])),
        (1, _) => "Каждый час".to_owned(),
        (hours, _) => format!("Каждые {hours} {}", form(hours, ["час", "часа", "часов"])),
    }
}

/// `в 1 минуту`, `в 0, 7 и 22 минуты`: the last number determines the form of the noun.
fn at_minutes(minutes: &[u8], at: &str) -> String {
    let noun = form(last(minutes), ["минуту", "минуты", "минут"]);
    format!("{at} {} {noun}", list(&numbers(minutes), "и"))
}

/// `1 часа`, `0, 3 и 9 часов`.
fn after_hours(hours: &[u8]) -> String {
    format!("{} {}", list(&numbers(hours), "и"), form(last(hours), ["часа", "часов", "часов"]))
}

fn on_dates(dates: &[u8]) -> String {
    format!("{} числа", list(&numbers(dates), "и"))
}

fn on_weekdays(weekdays: &Choice) -> String {
    match weekdays {
        Choice::Range(first, last) => format!("{} {}", FROM_WEEKDAY[first - 1], TO_WEEKDAY[last - 1]),
        Choice::Each(days) => format!("по {}", list(&names(days, &ON_WEEKDAYS), "и")),
    }
}

fn in_months(months: &Choice) -> String {
    match months {
        Choice::Range(first, last) => format!("с {} по {}", OF_MONTH[first - 1], TO_MONTH[last - 1]),
        Choice::Each(months) => format!("в {}", list(&names(months, &IN_MONTH), "и")),
    }
}

fn last(values: &[u8]) -> usize {
    values.last().copied().map_or(0, usize::from)
}

/// Returns the form of a noun after a number, from its forms after 1, 2 and 5.
const fn form(number: usize, [one, few, many]: [&str; 3]) -> &str {
    match (number % 10, number % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}
