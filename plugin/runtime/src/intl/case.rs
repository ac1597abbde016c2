//! Upper and lower case in languages with special rules, such as the dotted and dotless i of Turkish.

use icu_casemap::CaseMapper;

use super::language::Language;

/// Languages whose rules differ from the default.
const WITH_SPECIAL_RULES: [&str; 5] = ["az", "el", "hy", "lt", "tr"];

/// The target case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
}

/// Converts a text; returns `None` if the language uses the default rules.
pub(crate) fn changed(text: &str, case: Case, language: &Language) -> Option<String> {
    let id = language.id();
    if !WITH_SPECIAL_RULES.contains(&id.language.as_str()) {
        return None;
    }
    let mapper = CaseMapper::new();
    let changed = match case {
        Case::Lower => mapper.lowercase_to_string(text, id),
        Case::Upper => mapper.uppercase_to_string(text, id),
    };
    Some(changed.into_owned())
}
