//! `SetNumberFormatDigitOptions` of ECMA-402: the number of digits, used for plural rules too.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};

use super::{options, options::Options, text};
use crate::intl::number::{Digits, Precision, Priority, Rounding, Span};

const ROUNDINGS: [(&str, Rounding); 9] = [
    ("ceil", Rounding::Ceil),
    ("floor", Rounding::Floor),
    ("expand", Rounding::Expand),
    ("trunc", Rounding::Trunc),
    ("halfCeil", Rounding::HalfCeil),
    ("halfFloor", Rounding::HalfFloor),
    ("halfExpand", Rounding::HalfExpand),
    ("halfTrunc", Rounding::HalfTrunc),
    ("halfEven", Rounding::HalfEven),
];
const INCREMENTS: [u16; 15] = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];
const PRIORITIES: [(&str, Option<Priority>); 3] = [
    ("auto", None),
    ("morePrecision", Some(Priority::MorePrecision)),
    ("lessPrecision", Some(Priority::LessPrecision)),
];
const MOST_SIGNIFICANT: u16 = 21;
const MOST_DECIMALS: u16 = 100;

/// Reads the options; the default is the given span of decimals, and for compact numbers at most two significant digits.
pub(super) fn read(options: &Options, default_span: Span, compact: bool, context: &mut Context) -> JsResult<Digits> {
    let integer = options.number("minimumIntegerDigits", 1, MOST_SIGNIFICANT, context)?.unwrap_or(1);
    let least_decimals = options.value("minimumFractionDigits", context)?;
    let most_decimals = options.value("maximumFractionDigits", context)?;
    let least_significant = options.value("minimumSignificantDigits", context)?;
    let most_significant = options.value("maximumSignificantDigits", context)?;
    let increment = options.number("roundingIncrement", 1, 5000, context)?.unwrap_or(1);
    if !INCREMENTS.contains(&increment) {
        return Err(JsNativeError::range().with_message("roundingIncrement value is out of range.").into());
    }
    let rounding = options.word("roundingMode", &ROUNDINGS, context)?.unwrap_or(Rounding::HalfExpand);
    let priority = options.word("roundingPriority", &PRIORITIES, context)?.flatten();
    let strip = options.word("trailingZeroDisplay", &[("auto", false), ("stripIfInteger", true)], context)?;
    let default_span = if increment == 1 { default_span } else { Span { most: default_span.least, ..default_span } };
    let has_significant = !least_significant.is_undefined() || !most_significant.is_undefined();
    let has_decimals = !least_decimals.is_undefined() || !most_decimals.is_undefined();
    let needs_significant = priority.is_some() || has_significant;
    let needs_decimals = priority.is_some() || !(has_significant || (!has_decimals && compact));
    let significant =
        if needs_significant { Some(significant_of(&least_significant, &most_significant, context)?) } else { None };
    let decimals =
        if needs_decimals { Some(decimals_of(&least_decimals, &most_decimals, default_span, context)?) } else { None };
    let precision = match (decimals, significant) {
        (Some(decimals), None) => Precision::Fraction(decimals),
        (None, Some(significant)) => Precision::Significant(significant),
        (Some(decimals), Some(significant)) => {
            Precision::Both(decimals, significant, priority.unwrap_or(Priority::MorePrecision))
        }
        (None, None) => {
            let none = Span { least: 0, most: 0 };
            Precision::Both(none, Span { least: 1, most: 2 }, Priority::MorePrecision)
        }
    };
    if increment != 1 {
        match precision {
            Precision::Fraction(Span { least, most }) if least == most => {}
            Precision::Fraction(_) => {
                let message = "maximumFractionDigits must equal minimumFractionDigits with roundingIncrement";
                return Err(JsNativeError::range().with_message(message).into());
            }
            _ => {
                let message = "roundingIncrement goes with fraction digits only";
                return Err(JsNativeError::typ().with_message(message).into());
            }
        }
    }
    Ok(Digits { integer: narrow(integer), precision, increment, rounding, strip_if_integer: strip.unwrap_or_default() })
}

fn significant_of(least: &JsValue, most: &JsValue, context: &mut Context) -> JsResult<Span> {
    let least = options::whole("minimumSignificantDigits", least, 1, MOST_SIGNIFICANT, context)?.unwrap_or(1);
    let most = options::whole("maximumSignificantDigits", most, least, MOST_SIGNIFICANT, context)?;
    Ok(Span { least: narrow(least), most: narrow(most.unwrap_or(MOST_SIGNIFICANT)) })
}

fn decimals_of(least: &JsValue, most: &JsValue, default_span: Span, context: &mut Context) -> JsResult<Span> {
    let least = options::whole("minimumFractionDigits", least, 0, MOST_DECIMALS, context)?.map(narrow);
    let most = options::whole("maximumFractionDigits", most, 0, MOST_DECIMALS, context)?.map(narrow);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return Err(JsNativeError::range().with_message("maximumFractionDigits value is out of range.").into());
    }
    Ok(match (least, most) {
        (None, None) => default_span,
        (Some(least), most) => Span { least, most: most.unwrap_or(default_span.most.max(least)) },
        (None, Some(most)) => Span { least: default_span.least.min(most), most },
    })
}

/// The numbers are bounded when they are read.
fn narrow(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// Returns the members for `resolvedOptions`.
pub(super) fn resolved(digits: &Digits) -> Vec<(&'static str, Option<JsValue>)> {
    let (decimals, significant, priority) = match digits.precision {
        Precision::Fraction(decimals) => (Some(decimals), None, "auto"),
        Precision::Significant(significant) => (None, Some(significant), "auto"),
        Precision::Both(decimals, significant, Priority::MorePrecision) => {
            (Some(decimals), Some(significant), "morePrecision")
        }
        Precision::Both(decimals, significant, Priority::LessPrecision) => {
            (Some(decimals), Some(significant), "lessPrecision")
        }
        Precision::All(least) => (Some(Span { least, most: least }), None, "auto"),
    };
    vec![
        ("minimumIntegerDigits", Some(digits.integer.into())),
        ("minimumFractionDigits", decimals.map(|span| span.least.into())),
        ("maximumFractionDigits", decimals.map(|span| span.most.into())),
        ("minimumSignificantDigits", significant.map(|span| span.least.into())),
        ("maximumSignificantDigits", significant.map(|span| span.most.into())),
        ("roundingIncrement", Some(digits.increment.into())),
        ("roundingMode", ROUNDINGS.iter().find(|(_, mode)| *mode == digits.rounding).map(|(name, _)| text(name))),
        ("roundingPriority", Some(text(priority))),
        ("trailingZeroDisplay", Some(text(if digits.strip_if_integer { "stripIfInteger" } else { "auto" }))),
    ]
}
