//! The formatters that an isolate has used, so that a loop creates each of them once.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{Context, JsResult};

use super::failed;
use crate::intl::{
    IntlError,
    cache::Cache,
    collation::{Collation, CollationOptions},
    date::{DateFormatter, DateOptions, Names, Spaces, Zone},
    language::Language,
    number::{NumberFormatter, NumberOptions},
    relative::{Relative, Unit, Words},
    width::Width,
};

/// Formatters of one kind, by their language and options.
type FormatterCache<K, V> = RefCell<Cache<K, V>>;

#[derive(Debug, Default)]
pub(crate) struct Formatters {
    numbers: FormatterCache<(Language, NumberOptions), NumberFormatter>,
    dates: FormatterCache<(Language, DateOptions, Zone, Spaces), DateFormatter>,
    names: FormatterCache<Language, Names>,
    relative: FormatterCache<(Language, Unit, Width, Words), Relative>,
    collations: FormatterCache<(Language, CollationOptions), Collation>,
}

impl Formatters {
    /// # Errors
    /// If numbers cannot be formatted with these options.
    pub(crate) fn number(
        language: Language,
        options: NumberOptions,
        context: &Context,
    ) -> JsResult<Rc<NumberFormatter>> {
        let make = |(language, options): &(Language, NumberOptions)| NumberFormatter::new(language, options.clone());
        Self::find(context, |formatters| formatters.numbers.borrow_mut().get((language, options), make))
    }

    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn date(
        language: Language,
        options: DateOptions,
        zone: Zone,
        spaces: Spaces,
        context: &Context,
    ) -> JsResult<Rc<DateFormatter>> {
        let make = |(language, options, zone, spaces): &(Language, DateOptions, Zone, Spaces)| {
            DateFormatter::new(language, options, *zone, *spaces)
        };
        Self::find(context, |formatters| formatters.dates.borrow_mut().get((language, options, zone, spaces), make))
    }

    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn names(language: Language, context: &Context) -> JsResult<Rc<Names>> {
        Self::find(context, |formatters| formatters.names.borrow_mut().get(language, Names::new))
    }

    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn relative(
        language: Language,
        unit: Unit,
        width: Width,
        words: Words,
        context: &Context,
    ) -> JsResult<Rc<Relative>> {
        let make = |(language, unit, width, words): &(Language, Unit, Width, Words)| {
            Relative::new(language, *unit, *width, *words)
        };
        Self::find(context, |formatters| formatters.relative.borrow_mut().get((language, unit, width, words), make))
    }

    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn collation(
        language: Language,
        options: CollationOptions,
        context: &Context,
    ) -> JsResult<Rc<Collation>> {
        let make = |(language, options): &(Language, CollationOptions)| Collation::new(language, *options);
        Self::find(context, |formatters| formatters.collations.borrow_mut().get((language, options), make))
    }

    fn find<T>(context: &Context, find: impl FnOnce(&Self) -> Result<T, IntlError>) -> JsResult<T> {
        let found = match context.get_data::<Self>() {
            Some(formatters) => find(formatters),
            None => find(&Self::default()),
        };
        found.map_err(|error| failed(&error))
    }
}
