//! Numeric dates in languages for which the data of ICU4X is wrong: it derives all of them, with their width, from the
//! short date. Facts of CLDR 48: `availableFormats` `yMd`, `Md` and `yM`, and the short date.

use icu_locale::LanguageIdentifier;

/// A numeric date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numeric {
    YearMonthDay,
    MonthDay,
    YearMonth,
    /// The short style.
    Short,
}

/// Patterns by tag, in the order of [`Numeric`]; empty if the data is correct.
const EXCEPTIONS: &[(&str, [&str; 4])] = &[
    ("be", ["d.M.y", "d.M", "M.y", ""]),
    ("cs", ["d. M. y", "d. M.", "M/y", "dd.MM.yy"]),
    ("cy", ["d/M/y", "d/M", "M/y", ""]),
    ("da", ["d.M.y", "d.M", "M.y", ""]),
    ("de", ["d.M.y", "d.M.", "M/y", ""]),
    ("en-BE", ["d/M/y", "d/M", "", ""]),
    ("en-CA", ["", "", "", "y-MM-dd"]),
    ("en-IE", ["d/M/y", "d/M", "", ""]),
    ("en-IN", ["d/M/y", "", "", ""]),
    ("en-MV", ["", "", "", "d-M-yy"]),
    ("en-NZ", ["", "d/M", "", "dd/MM/y"]),
    ("en-ZA", ["", "MM/dd", "", ""]),
    ("es-CL", ["", "dd-MM", "MM-y", ""]),
    ("es-CO", ["d/M/y", "", "", ""]),
    ("es-GT", ["d/M/y", "", "", ""]),
    ("es-MX", ["d/M/y", "d/M", "M/y", ""]),
    ("es-PA", ["", "MM/dd", "MM/y", ""]),
    ("es-PE", ["d/M/y", "", "", ""]),
    ("es-PR", ["", "MM/dd", "MM/y", ""]),
    ("et", ["d.M.y", "d.M", "M.y", ""]),
    ("fr-BE", ["dd/MM/y", "dd/MM", "", ""]),
    ("fr-CH", ["", "dd.MM.", "", ""]),
    ("ga", ["", "", "", "d/M/yy"]),
    ("gl", ["d/M/y", "d/M", "M/y", ""]),
    ("hu", ["", "M. d.", "y. M.", ""]),
    ("id", ["d/M/y", "d/M", "M/y", ""]),
    ("it-CH", ["", "", "", "dd.MM.yy"]),
    ("ja", ["y/M/d", "M/d", "y/M", ""]),
    ("ka", ["d.M.y", "d.M", "M.y", ""]),
    ("ky", ["", "", "", "d/M/yy"]),
    ("lt", ["", "MM-d", "", ""]),
    ("lv", ["d.MM.y.", "", "", "dd.MM.yy"]),
    ("ms", ["d/M/y", "d-M", "M-y", ""]),
    ("ms-ID", ["d/M/y", "d-M", "M-y", ""]),
    ("nb", ["d.M.y", "", "M.y", ""]),
    ("nl", ["d-M-y", "d-M", "M-y", ""]),
    ("nl-BE", ["d/M/y", "d/M", "M/y", ""]),
    ("nn", ["d.M.y", "", "M.y", ""]),
    ("no", ["d.M.y", "", "M.y", ""]),
    ("pl", ["d.MM.y", "d.MM", "", "d.MM.y"]),
    ("sl", ["d. M. y", "d. M.", "M/y", "d. M. y"]),
    ("sr", ["", "", "", "d. M. y."]),
    ("sr-Latn", ["", "", "", "d. M. y."]),
    ("sv", ["", "d/M", "", ""]),
    ("sv-AX", ["", "d/M", "", "d.M.y"]),
    ("sv-FI", ["d.M.y", "d.M", "", "d.M.y"]),
    ("sw", ["d/M/y", "d/M", "M/y", ""]),
    ("tg", ["d.M.y", "", "", "dd/MM/yy"]),
    ("tr", ["dd.MM.y", "d/M", "MM/y", ""]),
    ("vi", ["d/M/y", "d/M", "M/y", "d/M/yy"]),
];

/// Returns the pattern of an exception: by language and region or script first, then by language.
pub(super) fn of(id: &LanguageIdentifier, numeric: Numeric) -> Option<&'static str> {
    let language = id.language.as_str();
    let regional = id.region.map(|region| format!("{language}-{region}"));
    let written = id.script.map(|script| format!("{language}-{script}"));
    let tags = [regional.as_deref(), written.as_deref(), Some(language)];
    let known = tags.into_iter().flatten().find_map(|tag| EXCEPTIONS.iter().find(|(known, _)| *known == tag));
    let pattern = known?.1.get(numeric as usize).copied()?;
    (!pattern.is_empty()).then_some(pattern)
}
