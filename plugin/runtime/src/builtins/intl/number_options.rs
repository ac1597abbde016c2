//! The options of `Intl.NumberFormat` and of `toLocaleString` of numbers.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};

use super::{digit_options, locales, options::Options};
use crate::intl::{
    language::Language,
    number::{
        CompactWidth, CurrencyDisplay, CurrencySign, Grouping, Notation, NumberOptions, SignDisplay, Span, Style,
        currency_decimals, is_unit,
    },
    width::Width,
};

pub(super) const NUMBER_FORMAT: &str = "Intl.NumberFormat";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Decimal,
    Percent,
    Currency,
    Unit,
}

pub(super) const DISPLAYS: [(&str, CurrencyDisplay); 4] = [
    ("symbol", CurrencyDisplay::Symbol),
    ("narrowSymbol", CurrencyDisplay::NarrowSymbol),
    ("code", CurrencyDisplay::Code),
    ("name", CurrencyDisplay::Name),
];
pub(super) const CURRENCY_SIGNS: [(&str, CurrencySign); 2] =
    [("standard", CurrencySign::Standard), ("accounting", CurrencySign::Accounting)];
pub(super) const WIDTHS: [(&str, Width); 3] =
    [("short", Width::Short), ("narrow", Width::Narrow), ("long", Width::Long)];
pub(super) const SIGNS: [(&str, SignDisplay); 5] = [
    ("auto", SignDisplay::Auto),
    ("never", SignDisplay::Never),
    ("always", SignDisplay::Always),
    ("exceptZero", SignDisplay::ExceptZero),
    ("negative", SignDisplay::Negative),
];

/// Reads the language and the options of a call.
pub(super) fn read(locales: &JsValue, options: &JsValue, context: &mut Context) -> JsResult<(Language, NumberOptions)> {
    if locales.is_undefined() && options.is_undefined() {
        return Ok((locales::default_language(context), NumberOptions::default()));
    }
    let language = locales::resolved(locales, context)?;
    let options = Options::coerced(NUMBER_FORMAT, options, context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let language = language.with_digits(options.text("numberingSystem", context)?.as_deref());
    let style = style(&options, context)?;
    let notations = [("standard", 0), ("scientific", 1), ("engineering", 2), ("compact", 3)];
    let notation = options.word("notation", &notations, context)?.unwrap_or_default();
    let compact = notation == 3;
    let fallback = match &style {
        Style::Currency { code, .. } if notation == 0 => {
            let decimals = currency_decimals(code);
            Span { least: decimals, most: decimals }
        }
        Style::Percent | Style::Currency { .. } => Span { least: 0, most: 0 },
        Style::Decimal | Style::Unit { .. } => Span { least: 0, most: 3 },
    };
    let digits = digit_options::read(&options, fallback, compact, context)?;
    let widths = [("short", CompactWidth::Short), ("long", CompactWidth::Long)];
    let width = options.word("compactDisplay", &widths, context)?.unwrap_or(CompactWidth::Short);
    let grouping = grouping(&options, compact, context)?;
    let sign = options.word("signDisplay", &SIGNS, context)?.unwrap_or(SignDisplay::Auto);
    let notation = match notation {
        1 => Notation::Scientific,
        2 => Notation::Engineering,
        3 => Notation::Compact(width),
        _ => Notation::Standard,
    };
    Ok((language, NumberOptions { style, notation, grouping, sign, digits }))
}

fn style(options: &Options, context: &mut Context) -> JsResult<Style> {
    let kinds =
        [("decimal", Kind::Decimal), ("percent", Kind::Percent), ("currency", Kind::Currency), ("unit", Kind::Unit)];
    let kind = options.word("style", &kinds, context)?.unwrap_or(Kind::Decimal);
    let code = options.text("currency", context)?.map(|code| code.to_ascii_uppercase());
    if let Some(code) = &code
        && !(code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_alphabetic()))
    {
        return Err(JsNativeError::range().with_message(format!("Invalid currency code : {code}")).into());
    }
    let display = options.word("currencyDisplay", &DISPLAYS, context)?.unwrap_or(CurrencyDisplay::Symbol);
    let sign = options.word("currencySign", &CURRENCY_SIGNS, context)?.unwrap_or(CurrencySign::Standard);
    let unit = options.text("unit", context)?;
    if let Some(unit) = &unit
        && !is_unit(unit)
    {
        let message = format!("Invalid unit argument for Intl.NumberFormat() '{unit}'");
        return Err(JsNativeError::range().with_message(message).into());
    }
    let width = options.word("unitDisplay", &WIDTHS, context)?.unwrap_or(Width::Short);
    Ok(match kind {
        Kind::Decimal => Style::Decimal,
        Kind::Percent => Style::Percent,
        Kind::Currency => {
            let missing = || JsNativeError::typ().with_message("Currency code is required with currency style.");
            Style::Currency { code: code.ok_or_else(missing)?, display, sign }
        }
        Kind::Unit => {
            let missing = || JsNativeError::typ().with_message("Unit is required with unit style.");
            Style::Unit { unit: unit.ok_or_else(missing)?, width }
        }
    })
}

fn grouping(options: &Options, compact: bool, context: &mut Context) -> JsResult<Grouping> {
    let fallback = if compact { Grouping::MinTwo } else { Grouping::Auto };
    let value = options.value("useGrouping", context)?;
    if value.is_undefined() {
        return Ok(fallback);
    }
    if value.as_boolean() == Some(true) {
        return Ok(Grouping::Always);
    }
    if !value.to_boolean() {
        return Ok(Grouping::Never);
    }
    let words = [
        ("min2", Grouping::MinTwo),
        ("auto", Grouping::Auto),
        ("always", Grouping::Always),
        ("true", fallback),
        ("false", fallback),
    ];
    Ok(options.word("useGrouping", &words, context)?.unwrap_or(fallback))
}
