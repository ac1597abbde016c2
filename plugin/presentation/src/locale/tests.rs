//! The three locales have the same keys and placeholders, and contain every text that the pages use.

use std::{collections::BTreeSet, fs, path::Path};

use iota_scripts_domain::{
    Cause, ExecutionStatus, FaultCode, OccurrenceState, Permission, Reason, ScriptType, Trigger,
};

use super::*;

/// Returns the keys without the suffixes of plural forms, which differ between languages.
fn keys(locale: Locale) -> BTreeSet<String> {
    let stem = |key: &String| {
        [".one", ".few", ".other"].iter().find_map(|form| key.strip_suffix(form)).unwrap_or(key).to_owned()
    };
    locale.table().keys().map(stem).collect()
}

#[test]
fn every_text_exists_in_every_language() {
    let english = keys(Locale::En);
    assert!(english.len() > 200, "the English texts are read");
    for locale in [Locale::Ru, Locale::Uz] {
        let other = keys(locale);
        let missing: Vec<_> = english.symmetric_difference(&other).collect();
        assert!(missing.is_empty(), "{locale:?}: {missing:?}");
    }
}

#[test]
fn translations_have_the_same_placeholders() {
    let places = |text: &str| {
        let mut found: Vec<String> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        found.sort();
        found
    };
    for (key, english) in Locale::En.table() {
        for locale in [Locale::Ru, Locale::Uz] {
            let Some(text) = locale.find(key) else { continue };
            assert!(!text.trim().is_empty(), "{locale:?} {key}");
            assert_eq!(places(text), places(english), "{locale:?} {key}");
        }
    }
}

#[test]
fn every_value_of_the_plugin_has_a_text() {
    let faults = FaultCode::ALL.iter().map(|code| format!("fault.{code}"));
    let permissions = Permission::ALL.into_iter().map(|permission| format!("permission.{}", permission.name()));
    let types = ScriptType::ALL.into_iter().map(|kind| format!("type.{}", kind.as_str()));
    let statuses = ExecutionStatus::ALL.into_iter().map(|status| format!("status.{status}"));
    let triggers = Trigger::ALL.into_iter().map(|trigger| format!("trigger.{trigger}"));
    let states = OccurrenceState::ALL.iter().map(|state| format!("state.{state}"));
    let causes = Cause::ALL.iter().map(|cause| format!("cause.{cause}"));
    let reasons = Reason::plain_codes().map(|reason| format!("reason.{reason}"));
    let words = faults.chain(permissions).chain(types).chain(statuses).chain(triggers).chain(states).chain(causes);
    for key in words.chain(reasons) {
        assert!(Locale::En.find(&key).is_some(), "{key}");
    }
}

#[test]
fn every_text_that_pages_use_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = keys(Locale::En);
    let mut named = 0;
    for folder in ["templates", "src/pages", "web/src"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for opening in ["page.t(\"", "page.plural(\"", "page.with(\"", " text(\"", "(text(\""] {
                for rest in text.split(opening).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    // The names of macros and functions contain no dot.
                    if key.contains('.') {
                        assert!(known.contains(key), "{folder}: {key}");
                        named += 1;
                    }
                }
            }
        }
    }
    assert!(named > 100, "the templates are read: {named}");
}

#[test]
fn uzbek_letters_contain_no_quotation_marks() {
    for (key, text) in Locale::Uz.table() {
        assert!(!text.contains(['‘', '’', '`', '\'']), "{key}: {text}");
    }
}

#[test]
fn plural_forms_follow_the_language() {
    let russian = [1, 2, 5, 11, 21, 22, 112].map(|n| Locale::Ru.plural("pager.entries", n));
    let expected = ["1 запись", "2 записи", "5 записей", "11 записей", "21 запись", "22 записи", "112 записей"];
    assert_eq!(russian, expected);
    assert_eq!([0, 1].map(|n| Locale::En.plural("pager.entries", n)), ["0 entries", "1 entry"]);
    assert_eq!(Locale::Uz.plural("pager.entries", 1), "1 ta yozuv");
}

#[test]
fn a_language_is_found_by_its_tag() {
    assert_eq!(
        ["ru-RU", "uz_Latn", "EN", "de", ""].map(Locale::parse),
        [Some(Locale::Ru), Some(Locale::Uz), Some(Locale::En), None, None]
    );
}
