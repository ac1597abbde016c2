//! Money: `1 234,50 ₽`, `$1,234.50`, `1,234.50 US dollars`.

use fixed_decimal::{Decimal, Sign};
use icu_experimental::{
    dimension::{
        currency::CurrencyType,
        provider::currency::{
            essentials::{CurrencyEssentials, CurrencyEssentialsV1},
            extended::CurrencyExtendedDataV1,
            fractions::CurrencyFractionsV1,
            patterns::CurrencyPatternsDataV1,
            symbols::CurrencySymbolsV1,
        },
    },
    provider::Baked,
};
use icu_locale::DataLocale;
use icu_plurals::PluralRules;
use icu_provider::prelude::*;

use super::split_signs;
use crate::intl::{IntlError, language::Language, request, text::Text};

/// How the currency is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CurrencyDisplay {
    /// `US$`.
    Symbol,
    /// `$`.
    NarrowSymbol,
    /// `USD`.
    Code,
    /// `US dollars`.
    Name,
}

/// How a negative amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CurrencySign {
    Standard,
    /// In parentheses, in languages whose accounting uses them.
    Accounting,
}

#[derive(Debug)]
pub(super) enum Currency {
    Symbol {
        patterns: DataPayload<CurrencyEssentialsV1>,
        symbol: String,
        starts_with_letter: bool,
        ends_with_letter: bool,
        sign: CurrencySign,
    },
    Name {
        patterns: DataPayload<CurrencyPatternsDataV1>,
        names: Option<DataPayload<CurrencyExtendedDataV1>>,
        code: String,
    },
}

/// Returns the number of decimals of a currency.
pub(crate) fn decimals(code: &str) -> u8 {
    let Ok(currency) = CurrencyType::try_from_str(code) else { return 2 };
    let fractions: Result<DataResponse<CurrencyFractionsV1>, _> =
        Baked.load(request(DataIdentifierBorrowed::default()));
    fractions.map_or(2, |fractions| fractions.payload.get().resolve(currency).digits)
}

impl Currency {
    pub(super) fn new(
        language: &Language,
        code: &str,
        display: CurrencyDisplay,
        sign: CurrencySign,
    ) -> Result<Self, IntlError> {
        let currency = CurrencyType::try_from_str(code).map_err(|_| IntlError::Currency(code.to_owned()))?;
        let code = currency.iso_code().to_string();
        let locale = DataLocale::from(language.id().clone());
        let id = DataIdentifierBorrowed::for_locale(&locale);
        if display == CurrencyDisplay::Name {
            let names = DataMarkerAttributes::try_from_str(&code).ok().and_then(|code| {
                let id = DataIdentifierBorrowed::for_marker_attributes_and_locale(code, &locale);
                Baked.load(request(id)).ok()
            });
            let names = names.map(|found: DataResponse<CurrencyExtendedDataV1>| found.payload);
            return Ok(Self::Name { patterns: Baked.load(request(id))?.payload, names, code });
        }
        let width = match display {
            CurrencyDisplay::Symbol => Some(CurrencySymbolsV1::SHORT),
            CurrencyDisplay::NarrowSymbol => Some(CurrencySymbolsV1::NARROW),
            CurrencyDisplay::Code | CurrencyDisplay::Name => None,
        };
        let symbol = width.and_then(|width| {
            let mut buffer = tinystr::TinyAsciiStr::EMPTY;
            let attributes = CurrencySymbolsV1::make_attributes(currency, width, &mut buffer);
            let id = DataIdentifierBorrowed::for_marker_attributes_and_locale(attributes, &locale);
            let found: DataResponse<CurrencySymbolsV1> = Baked.load(request(id)).ok()?;
            let symbol = found.payload.get();
            Some((symbol.as_str().to_owned(), symbol.starts_with_letter(), symbol.ends_with_letter()))
        });
        let (symbol, starts_with_letter, ends_with_letter) = symbol.unwrap_or((code, true, true));
        Ok(Self::Symbol {
            patterns: Baked.load(request(id))?.payload,
            symbol,
            starts_with_letter,
            ends_with_letter,
            sign,
        })
    }

    /// Adds the currency to an amount; also returns the sign that is still to be written.
    pub(super) fn around(&self, number: &Text, sign: Sign, plurals: &PluralRules, rounded: &Decimal) -> (Text, Sign) {
        match self {
            Self::Name { patterns, names, code } => {
                let name = names.as_ref().map_or(code.as_str(), |names| names.get().get(rounded.into(), plurals));
                let pattern = patterns.get().get(rounded.into(), plurals);
                (Text::written(&pattern.interpolate((number, &Text::of("currency", name)))), sign)
            }
            Self::Symbol { patterns, symbol, starts_with_letter, ends_with_letter, sign: kind } => {
                let patterns: &CurrencyEssentials<'_> = patterns.get();
                let (starts, ends) = (*starts_with_letter, *ends_with_letter);
                let negative = match (sign, kind) {
                    (Sign::Negative, CurrencySign::Accounting) => patterns.get_negative_accounting(starts, ends),
                    (Sign::Negative, CurrencySign::Standard) => patterns.get_negative(starts, ends),
                    (Sign::None | Sign::Positive, _) => None,
                };
                let left = if negative.is_some() { Sign::None } else { sign };
                let pattern = negative.unwrap_or_else(|| match kind {
                    CurrencySign::Accounting => patterns.get_positive_accounting(starts, ends),
                    CurrencySign::Standard => patterns.get_positive(starts, ends),
                });
                let text = Text::written(&pattern.interpolate((number, &Text::of("currency", symbol))));
                (text.with_literals(split_signs), left)
            }
        }
    }
}
