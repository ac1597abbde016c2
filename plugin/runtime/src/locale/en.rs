//! English, with the dates of the United States.

use super::{
    Dates, Locale, Names,
    relative::{Frame, Plural, Relative},
};

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
const MONTHS_SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS: [[&str; 3]; 7] = [
    ["second", "seconds", "seconds"],
    ["minute", "minutes", "minutes"],
    ["hour", "hours", "hours"],
    ["day", "days", "days"],
    ["week", "weeks", "weeks"],
    ["month", "months", "months"],
    ["year", "years", "years"],
];

pub(super) static EN: Locale = Locale {
    language: "en",
    group: ",",
    point: ".",
    percent: "%",
    not_a_number: "NaN",
    currency_first: true,
    currencies: &[("PHP", "₱")],
    names: Names {
        months: MONTHS,
        months_alone: MONTHS,
        months_short: MONTHS_SHORT,
        months_short_alone: MONTHS_SHORT,
        days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        days_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        halves: ["AM", "PM"],
    },
    dates: Dates {
        short: "M/D/YY",
        medium: "MMM D, YYYY",
        long: "MMMM D, YYYY",
        full: "dddd, MMMM D, YYYY",
        time: "h:mm A",
        datetime: "MMM D, YYYY, h:mm A",
        numeric: "M/D/YYYY",
        padded: "MM/DD/YYYY",
        day_of_month: "MMMM D",
        between: " [at] ",
    },
    relative: Relative {
        now: "now",
        after: Frame { lead: "in ", units: UNITS, trail: "" },
        before: Frame { lead: "", units: UNITS, trail: " ago" },
        plural: Plural::OneAndMany,
    },
};
