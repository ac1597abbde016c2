//! How numbers, money, dates and distances in time are written in the languages that we know: figures of CLDR 48, kept here so that every
//! machine writes the same.
//!
//! The engine's own `Intl` would bring some megabytes of data to each worker and has no money; three languages are a page.

mod en;
mod relative;
mod ru;
mod uz;

pub(crate) use self::relative::Unit;

/// A language with its conventions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Locale {
    /// The subtag that names it.
    pub(crate) language: &'static str,
    /// Stands between groups of three digits.
    pub(crate) group: &'static str,
    /// Stands between a whole number and its decimals.
    pub(crate) point: &'static str,
    /// Behind a number of hundredths.
    pub(crate) percent: &'static str,
    /// What is no number.
    pub(crate) not_a_number: &'static str,
    /// The currency's sign stands before the amount.
    pub(crate) currency_first: bool,
    /// Signs of currencies; others are written by their codes.
    pub(crate) currencies: &'static [(&'static str, &'static str)],
    pub(crate) names: Names,
    pub(crate) dates: Dates,
    relative: relative::Relative,
}

/// Names of months and days.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// Beside a day, as in `5 марта`.
    pub(crate) months: [&'static str; 12],
    /// By themselves, as in `март 2024`.
    pub(crate) months_alone: [&'static str; 12],
    pub(crate) months_short: [&'static str; 12],
    pub(crate) months_short_alone: [&'static str; 12],
    /// From Monday.
    pub(crate) days: [&'static str; 7],
    pub(crate) days_short: [&'static str; 7],
    /// Before and after noon.
    pub(crate) halves: [&'static str; 2],
}

/// Patterns of dates, in the tokens of `utils.date`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) short: &'static str,
    pub(crate) medium: &'static str,
    pub(crate) long: &'static str,
    pub(crate) full: &'static str,
    pub(crate) time: &'static str,
    /// The medium date with the time.
    pub(crate) datetime: &'static str,
    /// In numbers, with the whole year.
    pub(crate) numeric: &'static str,
    /// The same with two digits for month and day.
    pub(crate) padded: &'static str,
    /// Day and month without the year.
    pub(crate) day_of_month: &'static str,
    /// Between a long date and the time.
    pub(crate) between: &'static str,
}

/// Signs that the languages share.
const CURRENCIES: &[(&str, &str)] = &[
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
];

/// Currencies without two decimals, by how many they have.
const DECIMALS: &[(u32, &[&str])] = &[
    (
        0,
        &[
            "AFN", "ALL", "BIF", "CLP", "COP", "DJF", "GNF", "HUF", "IDR", "IQD", "IRR", "ISK", "JPY", "KMF", "KPW",
            "KRW", "LAK", "LBP", "MGA", "MMK", "PKR", "PYG", "RWF", "SLL", "SOS", "SYP", "UGX", "VND", "VUV", "XAF",
            "XOF", "XPF", "YER",
        ],
    ),
    (3, &["BHD", "JOD", "KWD", "LYD", "OMR", "TND"]),
];

impl Locale {
    /// The languages that there are.
    pub(crate) const ALL: [&'static Self; 3] = [&en::EN, &ru::RU, &uz::UZ];

    /// The language of a tag such as `ru-RU`; none for one that is not known. Uzbek is written in Latin letters.
    pub(crate) fn of(tag: &str) -> Option<&'static Self> {
        let mut subtags = tag.split(['-', '_']);
        let language = subtags.next().unwrap_or_default();
        if subtags.any(|subtag| subtag.eq_ignore_ascii_case("cyrl") && !language.eq_ignore_ascii_case("ru")) {
            return None;
        }
        Self::ALL.into_iter().find(|locale| locale.language.eq_ignore_ascii_case(language))
    }

    /// The sign of a currency, or its code.
    pub(crate) fn currency<'c>(&self, code: &'c str) -> &'c str {
        let known = self.currencies.iter().chain(CURRENCIES).find(|(known, _)| *known == code);
        known.map_or(code, |(_, sign)| sign)
    }
}

/// English, when nobody asks for something else.
impl Default for &Locale {
    fn default() -> Self {
        &en::EN
    }
}

/// How many decimals amounts of a currency have.
pub(crate) fn currency_decimals(code: &str) -> u32 {
    DECIMALS.iter().find(|(_, codes)| codes.contains(&code)).map_or(2, |(decimals, _)| *decimals)
}
