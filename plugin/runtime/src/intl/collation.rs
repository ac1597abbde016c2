//! The order of texts in a language: `localeCompare` and `Intl.Collator`.

use std::cmp::Ordering;

use icu_collator::{
    CollatorBorrowed, CollatorPreferences,
    options::{AlternateHandling, CaseLevel, CollatorOptions, Strength},
    preferences::{CollationCaseFirst, CollationNumericOrdering},
};

use super::{IntlError, language::Language};

/// Which differences count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sensitivity {
    /// Letters.
    Base,
    /// Letters and accents.
    Accent,
    /// Letters and case.
    Case,
    /// All of them.
    Variant,
}

/// Which of two letters that differ only in case comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CaseFirst {
    Upper,
    Lower,
    /// The language's default.
    Default,
}

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CollationOptions {
    pub(crate) sensitivity: Sensitivity,
    /// Whether `2` comes before `10`.
    pub(crate) numeric: bool,
    pub(crate) case_first: CaseFirst,
    /// Whether spaces and punctuation are ignored.
    pub(crate) ignore_punctuation: bool,
}

impl Default for CollationOptions {
    fn default() -> Self {
        Self {
            sensitivity: Sensitivity::Variant,
            numeric: false,
            case_first: CaseFirst::Default,
            ignore_punctuation: false,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Collation(CollatorBorrowed<'static>);

impl Collation {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(language: &Language, order: CollationOptions) -> Result<Self, IntlError> {
        let language =
            if language.id().language.as_str() == "uz" { language.without_script() } else { language.clone() };
        let mut preferences = CollatorPreferences::from(language.locale());
        preferences.numeric_ordering =
            Some(if order.numeric { CollationNumericOrdering::True } else { CollationNumericOrdering::False });
        match order.case_first {
            CaseFirst::Upper => preferences.case_first = Some(CollationCaseFirst::Upper),
            CaseFirst::Lower => preferences.case_first = Some(CollationCaseFirst::Lower),
            CaseFirst::Default => {}
        }
        let mut options = CollatorOptions::default();
        options.strength = Some(match order.sensitivity {
            Sensitivity::Base | Sensitivity::Case => Strength::Primary,
            Sensitivity::Accent => Strength::Secondary,
            Sensitivity::Variant => Strength::Tertiary,
        });
        options.case_level = (order.sensitivity == Sensitivity::Case).then_some(CaseLevel::On);
        options.alternate_handling = order.ignore_punctuation.then_some(AlternateHandling::Shifted);
        Ok(Self(CollatorBorrowed::try_new(preferences, options)?))
    }

    /// Compares UTF-16 texts, which may contain lone surrogates.
    pub(crate) fn compare(&self, left: &[u16], right: &[u16]) -> Ordering {
        self.0.compare_utf16(left, right)
    }
}
