//! Upper and lower case of the languages that have rules of their own: Turkish has two letters i.

use icu_casemap::CaseMapper;

use super::language::Language;

/// Languages whose rules differ from those of all others.
const OF_THEIR_OWN: [&str; 5] = ["az", "el", "hy", "lt", "tr"];

/// To which case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
}

/// The text in the other case; none if the language has the rules of all.
pub(crate) fn changed(text: &str, case: Case, language: &Language) -> Option<String> {
    let id = language.id();
    if !OF_THEIR_OWN.contains(&id.language.as_str()) {
        return None;
    }
    let mapper = CaseMapper::new();
    let changed = match case {
        Case::Lower => mapper.lowercase_to_string(text, id),
        Case::Upper => mapper.uppercase_to_string(text, id),
    };
    Some(changed.into_owned())
}
