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

/// Which of two letters that differ in case alone comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CaseFirst {
    Upper,
    Lower,
    /// As the language has it.
    Default,
}

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    pub(crate) sensitivity: Sensitivity,
    /// `2` before `10`.
    pub(crate) numeric: bool,
    pub(crate) case_first: CaseFirst,
    /// As though spaces and punctuation were not there.
    pub(crate) ignore_punctuation: bool,
}

impl Default for Order {
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
    pub(crate) fn new(language: &Language, order: Order) -> Result<Self, IntlError> {
        let language =
            if language.id().language.as_str() == "uz" { language.in_any_script() } else { language.clone() };
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

    /// Compares texts of UTF-16, in which a half of a pair may stand alone.
    pub(crate) fn compare(&self, left: &[u16], right: &[u16]) -> Ordering {
        self.0.compare_utf16(left, right)
    }
}
