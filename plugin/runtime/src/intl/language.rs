//! The languages of the data, by their tags: `ru`, `en-GB`, `uz-Cyrl-UZ`.

use std::fmt;

use icu_datetime::provider::{
    Baked as DateData, names::DatetimeNamesMonthGregorianV1, semantic_skeletons::marker_attrs::WIDE,
};
use icu_decimal::provider::{Baked as DecimalData, DecimalSymbolsV1};
use icu_locale::{
    DataLocale, LanguageIdentifier, Locale, LocaleCanonicalizer,
    extensions::unicode::{Key, key},
};
use icu_provider::{DataIdentifierBorrowed, DataProvider, DataResponse};

use super::request;

/// Maximum length of a tag in bytes.
const MAX_TAG_BYTES: usize = 100;
/// Supported extensions of a tag: collation, case order and numeric order of the collation, hours, digits.
const KEYS: [Key; 5] = [key!("co"), key!("hc"), key!("kf"), key!("kn"), key!("nu")];

/// A language that the data supports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Language(Locale);

impl Language {
    /// English, the default if neither a script nor the tenant names another language.
    pub(crate) fn english() -> Self {
        Self(Locale { id: LanguageIdentifier::from(icu_locale::subtags::language!("en")), ..Locale::UNKNOWN })
    }

    /// Returns the language of a well-formed tag, without the parts that the data does not support.
    pub(crate) fn of(tag: &Locale) -> Option<Self> {
        if !is_known(&tag.id) {
            return None;
        }
        let mut locale = Locale { id: tag.id.clone(), ..Locale::UNKNOWN };
        locale.id.variants.clear();
        for key in KEYS {
            if let Some(value) = tag.extensions.unicode.keywords.get(&key) {
                locale.extensions.unicode.keywords.set(key, value.clone());
            }
        }
        Some(Self(locale))
    }

    /// Returns the language of a tag, also in the form `ru_RU`; `None` if it is malformed or not supported.
    pub(crate) fn named(tag: &str) -> Option<Self> {
        Self::of(&parse(&tag.replace('_', "-"))?)
    }

    pub(crate) const fn locale(&self) -> &Locale {
        &self.0
    }

    /// Returns the identifier without extensions.
    pub(crate) fn id(&self) -> &LanguageIdentifier {
        &self.0.id
    }

    /// Returns the language without its script: the data has plural rules, and the order of Uzbek, in one script and does
    /// not fall back to it from another.
    pub(crate) fn without_script(&self) -> Self {
        let mut language = self.clone();
        language.0.id.script = None;
        language
    }

    /// Returns the language with other digits than its own.
    pub(crate) fn with_digits(mut self, system: Option<&str>) -> Self {
        if let Some(value) = system.and_then(|system| system.parse().ok()) {
            self.0.extensions.unicode.keywords.set(key!("nu"), value);
        }
        self
    }

    /// Returns the value of an extension such as `hc`.
    pub(crate) fn extension(&self, key: Key) -> Option<String> {
        self.0.extensions.unicode.keywords.get(&key).map(ToString::to_string)
    }

    /// Returns the language with only these extensions.
    pub(crate) fn keeping(mut self, kept: &[Key]) -> Self {
        for key in KEYS {
            if !kept.contains(&key) {
                self.0.extensions.unicode.keywords.remove(key);
            }
        }
        self
    }

    /// Returns the name of its digits, such as `latn`.
    pub(crate) fn digits(&self) -> String {
        if let Some(system) = self.extension(key!("nu")) {
            return system;
        }
        let symbols = symbols(&DataLocale::from(self.id().clone()));
        symbols.map_or_else(|| "latn".to_owned(), |symbols| symbols.payload.get().numsys().to_owned())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Parses a tag into its canonical form; `None` if it is malformed.
pub(crate) fn parse(tag: &str) -> Option<Locale> {
    // Tags with underscores or without a language are not valid in ECMA-402.
    if tag.len() > MAX_TAG_BYTES || tag.contains('_') {
        return None;
    }
    let mut locale = Locale::try_from_str(tag).ok()?;
    const CANONICALIZER: LocaleCanonicalizer<icu_locale::LocaleExpander> = LocaleCanonicalizer::new_common();
    CANONICALIZER.canonicalize(&mut locale);
    Some(locale)
}

/// Whether the data has the language itself, not only the root data: every language has its own names of months.
fn is_known(id: &LanguageIdentifier) -> bool {
    if id.language.is_unknown() {
        return false;
    }
    let locale = DataLocale::from(LanguageIdentifier { language: id.language, ..LanguageIdentifier::UNKNOWN });
    let id = DataIdentifierBorrowed::for_marker_attributes_and_locale(WIDE, &locale);
    let months: Result<DataResponse<DatetimeNamesMonthGregorianV1>, _> = DateData.load(request(id));
    months.is_ok_and(|found| found.metadata.locale.is_none_or(|found| !found.is_unknown()))
}

fn symbols(locale: &DataLocale) -> Option<DataResponse<DecimalSymbolsV1>> {
    let id = DataIdentifierBorrowed::for_locale(locale);
    DecimalData.load(request(id)).ok()
}
