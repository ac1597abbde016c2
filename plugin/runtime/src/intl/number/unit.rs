//! Numbers with units, such as kilograms, metres and hours.

use fixed_decimal::Decimal;
use icu_experimental::{
    dimension::provider::units::{categorized_display_names as names, display_names::UnitsDisplayNames},
    provider::Baked,
};
use icu_locale::DataLocale;
use icu_plurals::PluralRules;
use icu_provider::{marker::ErasedMarker, prelude::*};

use crate::intl::{
    IntlError,
    language::Language,
    request,
    text::{Text, split_spaces},
    width::Width,
};

type Names = ErasedMarker<UnitsDisplayNames<'static>>;

#[derive(Debug)]
pub(super) struct Units(DataPayload<Names>);

/// The units of ECMA-402 for which there is data.
const UNITS: [&str; 30] = [
    "acre",
    "centimeter",
    "day",
    "fluid-ounce",
    "foot",
    "gallon",
    "gram",
    "hectare",
    "hour",
    "inch",
    "kilogram",
    "kilometer",
    "liter",
    "meter",
    "microsecond",
    "mile",
    "mile-scandinavian",
    "milliliter",
    "millimeter",
    "millisecond",
    "minute",
    "month",
    "nanosecond",
    "ounce",
    "pound",
    "second",
    "stone",
    "week",
    "yard",
    "year",
];

/// Whether a unit is supported.
pub(crate) fn is_unit(unit: &str) -> bool {
    UNITS.contains(&unit)
}

impl Units {
    pub(super) fn new(language: &Language, unit: &str, width: Width) -> Result<Self, IntlError> {
        let locale = DataLocale::from(language.id().clone());
        load(&locale, &attributes(unit, width)).map(Self).ok_or_else(|| IntlError::Unit(unit.to_owned()))
    }

    pub(super) fn around(&self, number: &Text, rounded: &Decimal, plurals: &PluralRules) -> Text {
        let pattern = self.0.get().get(rounded.into(), plurals);
        Text::written(&pattern.interpolate((number,))).with_literals(|literal, out| split_spaces(literal, "unit", out))
    }
}

fn attributes(unit: &str, width: Width) -> String {
    let width = match width {
        Width::Long => "long",
        Width::Short => "short",
        Width::Narrow => "narrow",
    };
    format!("{width}-{unit}")
}

/// Looks up a unit in the data of all kinds of units. One part of the data may have only the root names and another the
/// names of this language, which are preferred.
fn load(locale: &DataLocale, attributes: &str) -> Option<DataPayload<Names>> {
    let attributes = DataMarkerAttributes::try_from_str(attributes).ok()?;
    let of = [
        find::<names::UnitsNamesDurationCoreV1>,
        find::<names::UnitsNamesDurationExtendedV1>,
        find::<names::UnitsNamesDurationOutlierV1>,
        find::<names::UnitsNamesMassCoreV1>,
        find::<names::UnitsNamesMassExtendedV1>,
        find::<names::UnitsNamesMassOutlierV1>,
        find::<names::UnitsNamesLengthCoreV1>,
        find::<names::UnitsNamesLengthExtendedV1>,
        find::<names::UnitsNamesLengthOutlierV1>,
        find::<names::UnitsNamesVolumeCoreV1>,
        find::<names::UnitsNamesVolumeExtendedV1>,
        find::<names::UnitsNamesVolumeOutlierV1>,
        find::<names::UnitsNamesAreaCoreV1>,
        find::<names::UnitsNamesAreaExtendedV1>,
        find::<names::UnitsNamesAreaOutlierV1>,
    ];
    let found: Vec<(DataPayload<Names>, bool)> = of.iter().filter_map(|find| find(locale, attributes)).collect();
    let own = found.iter().position(|(_, is_own)| *is_own).unwrap_or_default();
    found.into_iter().nth(own).map(|(names, _)| names)
}

/// Returns the names in one part of the data, and whether they are of this language.
fn find<M>(locale: &DataLocale, attributes: &DataMarkerAttributes) -> Option<(DataPayload<Names>, bool)>
where
    M: DataMarker<DataStruct = UnitsDisplayNames<'static>>,
    Baked: DataProvider<M>,
{
    let id = DataIdentifierBorrowed::for_marker_attributes_and_locale(attributes, locale);
    let found: DataResponse<M> = Baked.load(request(id)).ok()?;
    let is_own = found.metadata.locale.is_none_or(|found| !found.is_unknown());
    Some((found.payload.cast(), is_own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_has_data() {
        for unit in UNITS {
            for width in [Width::Long, Width::Short, Width::Narrow] {
                assert!(Units::new(&Language::english(), unit, width).is_ok(), "{unit}");
            }
        }
    }
}
