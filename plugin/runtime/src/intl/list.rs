//! Lists as text, "a, b and c": `Intl.ListFormat`.

use icu_list::{
    ListFormatter,
    options::{ListFormatterOptions, ListLength},
};

use super::{IntlError, language::Language, text::Text};

/// The word between the last two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ListKind {
    Conjunction,
    Disjunction,
    Unit,
}

/// Length of the list's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ListStyle {
    Long,
    Short,
    Narrow,
}

#[derive(Debug)]
pub(crate) struct Lists(ListFormatter);

impl Lists {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(language: &Language, kind: ListKind, style: ListStyle) -> Result<Self, IntlError> {
        let length = match style {
            ListStyle::Long => ListLength::Wide,
            ListStyle::Short => ListLength::Short,
            ListStyle::Narrow => ListLength::Narrow,
        };
        let options = ListFormatterOptions::default().with_length(length);
        let preferences = language.locale().into();
        Ok(Self(match kind {
            ListKind::Conjunction => ListFormatter::try_new_and(preferences, options)?,
            ListKind::Disjunction => ListFormatter::try_new_or(preferences, options)?,
            ListKind::Unit => ListFormatter::try_new_unit(preferences, options)?,
        }))
    }

    pub(crate) fn format(&self, items: &[String]) -> Text {
        Text::written(&self.0.format(items.iter()))
    }
}
