//! Percentages: `25 %`.

use fixed_decimal::Sign;
use icu_experimental::{dimension::provider::percent::PercentEssentialsV1, provider::Baked};
use icu_locale::DataLocale;
use icu_provider::prelude::*;

use super::split_signs;
use crate::intl::{IntlError, language::Language, request, text::Text};

#[derive(Debug)]
pub(super) struct Percent(DataPayload<PercentEssentialsV1>);

impl Percent {
    pub(super) fn new(language: &Language) -> Result<Self, IntlError> {
        let locale = DataLocale::from(language.id().clone());
        let id = DataIdentifierBorrowed::for_locale(&locale);
        Ok(Self(Baked.load(request(id))?.payload))
    }

    pub(super) fn around(&self, number: &Text, sign: Sign) -> Text {
        let data = self.0.get();
        let (kind, sign) = match sign {
            Sign::None => {
                return Text::written(&data.unsigned_pattern.interpolate([number])).with_literals(split_signs);
            }
            Sign::Negative => ("minusSign", &data.minus_sign),
            Sign::Positive => ("plusSign", &data.plus_sign),
        };
        let sign = Text::of(kind, sign);
        Text::written(&data.signed_pattern.interpolate((number, &sign))).with_literals(split_signs)
    }
}
