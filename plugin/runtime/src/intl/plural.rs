//! The plural form for a number: `Intl.PluralRules`.

use fixed_decimal::Decimal;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions, PluralRulesWithRanges};

use super::{
    IntlError,
    language::Language,
    number::{Digits, Value},
};

pub(crate) use icu_plurals::PluralRuleType;

/// The plural rules of a language.
#[derive(Debug)]
pub(crate) struct Plurals {
    rules: PluralRulesWithRanges<PluralRules>,
    digits: Digits,
}

impl Plurals {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(language: &Language, kind: PluralRuleType, digits: Digits) -> Result<Self, IntlError> {
        let options = PluralRulesOptions::default().with_type(kind);
        Ok(Self { rules: PluralRulesWithRanges::try_new(language.without_script().locale().into(), options)?, digits })
    }

    /// Returns the form, such as `one`, `few` or `other`.
    pub(crate) fn select(&self, value: &Value) -> &'static str {
        name(self.category(value))
    }

    /// Returns the form for the range from `from` to `to`.
    pub(crate) fn select_range(&self, from: &Value, to: &Value) -> &'static str {
        name(self.rules.resolve_range(self.category(from), self.category(to)))
    }

    /// Returns all forms of the language.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        const ORDER: [PluralCategory; 6] = [
            PluralCategory::Few,
            PluralCategory::Many,
            PluralCategory::One,
            PluralCategory::Two,
            PluralCategory::Zero,
            PluralCategory::Other,
        ];
        let known: Vec<PluralCategory> = self.rules.rules().categories().collect();
        ORDER.into_iter().filter(|category| known.contains(category)).map(name).collect()
    }

    fn category(&self, value: &Value) -> PluralCategory {
        match value {
            Value::Finite(number) => self.rules.rules().category_for(&self.rounded(number)),
            Value::Infinite { .. } | Value::NotANumber => PluralCategory::Other,
        }
    }

    fn rounded(&self, number: &Decimal) -> Decimal {
        self.digits.rounded(number.clone())
    }
}

const fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
