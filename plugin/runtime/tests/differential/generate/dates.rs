//! Dates around changes of a zone's offset, and dates as text in all forms.

use super::logged;
use crate::{program::Node, random::Random};

/// Milliseconds since 1970 near which some of the zones change their offset.
const CHANGES: [i64; 12] = [
    449_604_000_000,
    606_866_400_000,
    1_711_846_800_000,
    1_729_990_800_000,
    1_710_054_000_000,
    1_730_613_600_000,
    1_712_415_600_000,
    1_728_142_200_000,
    1_325_239_200_000,
    1_333_202_400_000,
    -764_200_000_000,
    1_806_195_600_000,
];
const MONTHS: [&str; 12] =
    ["Jan", "February", "mar", "APRIL", "May", "june", "Jul", "Aug", "Sept", "October", "Nov", "Dec"];

fn moment(random: &mut Random) -> i64 {
    match random.below(4) {
        0 => random.between(-2_000_000_000_000, 3_500_000_000_000),
        // Years beyond the tables, in which a zone's last rules apply.
        1 => random.between(3_500_000_000_000, 400_000_000_000_000),
        _ => random.pick(&CHANGES) + random.between(-200, 200) * 900_000,
    }
}

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let expressions = (0..20).map(|_| {
        let at = moment(random);
        let amount = if random.one_in(12) { random.between(-400, 130_000) } else { random.between(-40, 70) };
        match random.below(9) {
            0 => format!("(d => [d.getFullYear(), d.getMonth(), d.getDate(), d.getHours(), d.getMinutes(), d.getDay(), d.getTimezoneOffset()])(new Date({at}))"),
            1 => format!("(d => new Date(d.getFullYear(), d.getMonth(), d.getDate() + {amount}, d.getHours(), {amount}))(new Date({at}))"),
            2 => format!("(d => (d.set{}({amount}), d))(new Date({at}))", random.pick(&["Date", "Hours", "Minutes", "Seconds", "Month", "FullYear", "UTCHours", "Milliseconds"])),
            3 => format!("new Date({at}).toString().slice(0, 33)"),
            4 => format!("new Date(new Date({at}).toString()).getTime()"),
            5 => format!("new Date({at} + {amount} * 1e11).toISOString()"),
            6 => format!("(d => (d.setFullYear(2024, {amount}, {amount}), d.setHours({amount}, 59), d.toDateString() + d.toTimeString().slice(0, 17)))(new Date({at}))"),
            _ => format!("Date.parse({:?})", text(random)),
        }
    });
    logged(expressions.collect::<Vec<_>>())
}

/// A date as people, databases and other languages write it, sometimes malformed.
fn text(random: &mut Random) -> String {
    let mut text = match random.below(8) {
        0..4 => {
            let (day, between) = (day(random), random.pick(&[" ", "T", " ", ", ", "t", "  ", " at "]));
            format!("{day}{between}{}{}", time(random), zone(random))
        }
        4 => day(random),
        5 => format!("{} {}{}", time(random), day(random), zone(random)),
        _ => format!("{}{}", day(random), zone(random)),
    };
    if random.one_in(10) {
        text.push_str(random.pick(&[" (comment)", " (a (b) c)", " foo", "(", ")", " PM", "-", "+"]));
    }
    if random.one_in(10) {
        let at = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).nth(random.below(text.len())).unwrap_or(0);
        text.insert_str(at, random.pick(&["x", ":", "-", "+", ".", " ", "0", "T", "(", ")", "/", ",", "\u{e9}"]));
    }
    text
}

fn day(random: &mut Random) -> String {
    let year = match random.below(4) {
        0 => random.between(0, 99),
        1 => random.between(1000, 9999),
        2 => random.between(32, 120),
        _ => random.between(1900, 2099),
    };
    let (month, day, name) = (random.between(0, 13), random.between(0, 32), random.pick(&MONTHS));
    match random.below(14) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{year}-{month:02}"),
        2 => year.to_string(),
        3 => format!("{year}/{month}/{day}"),
        4 => format!("{month}/{day}/{year}"),
        5 => format!("{name} {day}, {year}"),
        6 => format!("{day} {name} {year}"),
        7 => format!("Wednesday, {name} {day:02} {year}"),
        8 => format!("{day}-{name}-{year}"),
        9 => format!("{name} {day}"),
        10 => format!("{year} {name} {day}"),
        11 => format!("{day}.{month}.{year}"),
        12 => format!("{}{year:06}-{month:02}-{day:02}", random.pick(&["+", "-"])),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

fn time(random: &mut Random) -> String {
    let (hour, minute, second) = (random.between(0, 25), random.between(0, 61), random.between(0, 60));
    let fraction = random.pick(&["", "", ".1", ".12", ".123", ".123456", ".0123456789", "."]);
    match random.below(7) {
        0 | 1 => format!("{hour:02}:{minute:02}:{second:02}{fraction}"),
        2 => format!("{hour:02}:{minute:02}"),
        3 => format!("{hour}:{minute:02}:{second:02} {}", random.pick(&["AM", "PM", "am", "p.m."])),
        4 => format!("{hour}:{minute:02}\u{202f}{}", random.pick(&["AM", "PM"])),
        5 => format!("{hour} PM"),
        _ => format!("{hour:02}::{second}"),
    }
}

fn zone(random: &mut Random) -> &'static str {
    random.pick(&[
        "", "", "", "Z", "z", "+0500", "+05:00", "-05:30", "GMT", " UTC", "GMT+0500", " GMT+5", "+05", "-0330", "EST",
        " PDT", " +0500", "-12345",
    ])
}
