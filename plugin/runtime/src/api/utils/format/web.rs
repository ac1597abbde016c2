//! `toLocaleString` of numbers, and `toLocaleString`, `toLocaleDateString` and `toLocaleTimeString` of dates, in the languages that we
//! know. What cannot be written as on the web is refused, and never written in another way.
//!
//! Without a language that is known it is the tenant's, and without `timeZone` the tenant's zone.

mod parts;

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsValue, js_string};

use self::parts::Parts;
use super::{Amount, DECIMALS_OF_NUMBERS, Grouping, MOST_DECIMALS, NumberStyle, amount, priced};
use crate::{
    api::{options::Options, utils::date},
    isolate::Session,
    locale::{Locale, currency_decimals},
};

const NUMBER: &str = "toLocaleString";

/// What a number is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Decimal,
    Percent,
    Currency,
}

/// A number or a BigInt.
pub(crate) fn number_string(
    value: &JsValue,
    locales: &JsValue,
    options: &JsValue,
    context: &mut Context,
) -> JsResult<String> {
    const OPTIONS: [&str; 5] = ["style", "currency", "minimumFractionDigits", "maximumFractionDigits", "useGrouping"];
    let locale = locale_of(locales, context)?;
    let options = Options::read(NUMBER, options, &OPTIONS, context)?;
    let styles = [("decimal", Style::Decimal), ("percent", Style::Percent), ("currency", Style::Currency)];
    let style = options.word("style", &styles, context)?.unwrap_or(Style::Decimal);
    let code = options.text("currency", context)?.map(|code| code.to_ascii_uppercase());
    let (usual_least, usual_most) = match (style, &code) {
        (Style::Decimal, _) => (0, DECIMALS_OF_NUMBERS),
        (Style::Percent, _) => (0, 0),
        (Style::Currency, Some(code)) if code.len() == 3 => (currency_decimals(code), currency_decimals(code)),
        (Style::Currency, _) => return Err(options.wrong("currency", "a currency's code, as 'UZS'")),
    };
    let least = options.whole("minimumFractionDigits", MOST_DECIMALS, context)?;
    let most = options.whole("maximumFractionDigits", MOST_DECIMALS, context)?;
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return Err(options.wrong("maximumFractionDigits", "no less than `minimumFractionDigits`"));
    }
    let least = least.unwrap_or_else(|| usual_least.min(most.unwrap_or(usual_least)));
    let most = most.unwrap_or_else(|| usual_most.max(least));
    let grouping = options.flag("useGrouping", true, context)?;
    let style = match (style, code) {
        (Style::Currency, Some(code)) => {
            if let Amount::Decimal(value) = amount(NUMBER, value)? {
                let grouping = if grouping { Grouping::On } else { Grouping::Off };
                return Ok(priced(&value.rounded(least, Some(most)), &code, locale, grouping));
            }
            NumberStyle { least, most: Some(most), grouping, percent: false }
        }
        (style, _) => NumberStyle { least, most: Some(most), grouping, percent: style == Style::Percent },
    };
    Ok(style.write(amount(NUMBER, value)?, locale))
}

/// Date and time.
pub(crate) fn date_time_string(
    date: &JsValue,
    locales: &JsValue,
    options: &JsValue,
    context: &mut Context,
) -> JsResult<String> {
    written("toLocaleString", date, (locales, options), Parts::date_and_time, context)
}

/// The date alone.
pub(crate) fn date_string(
    date: &JsValue,
    locales: &JsValue,
    options: &JsValue,
    context: &mut Context,
) -> JsResult<String> {
    written("toLocaleDateString", date, (locales, options), Parts::date, context)
}

/// The time alone.
pub(crate) fn time_string(
    date: &JsValue,
    locales: &JsValue,
    options: &JsValue,
    context: &mut Context,
) -> JsResult<String> {
    written("toLocaleTimeString", date, (locales, options), Parts::time, context)
}

fn written(
    function: &'static str,
    value: &JsValue,
    (locales, options): (&JsValue, &JsValue),
    usual: fn() -> Parts,
    context: &mut Context,
) -> JsResult<String> {
    let locale = locale_of(locales, context)?;
    let options = Options::read(function, options, &parts::OPTIONS, context)?;
    let zone = date::zone(function, options.text("timeZone", context)?, context)?;
    let parts = Parts::read(&options, usual, context)?;
    let Some(at) = date::valid_instant(value, context)? else { return Ok("Invalid Date".to_owned()) };
    let pattern = parts.pattern(locale).ok_or_else(|| {
        let message = format!(
            "{function} cannot write these parts together; `utils.format.date(date, pattern)` writes what the pattern says"
        );
        JsNativeError::range().with_message(message)
    })?;
    Ok(date::written(&pattern, at.with_timezone(&zone), locale))
}

/// The first of these languages that is known, else the tenant's.
fn locale_of(locales: &JsValue, context: &mut Context) -> JsResult<&'static Locale> {
    let mut tags = Vec::new();
    if let Some(tag) = locales.as_string() {
        tags.push(tag);
    } else if let Some(list) = locales.as_object().filter(JsObject::is_array) {
        const MOST: u32 = 100;
        let length = list.get(js_string!("length"), context)?.to_u32(context)?;
        for index in 0..length.min(MOST) {
            tags.extend(list.get(index, context)?.as_string());
        }
    } else if !locales.is_undefined() {
        let message = "a language is named by a text, as 'ru', or a list of such texts";
        return Err(JsNativeError::typ().with_message(message).into());
    }
    let known = tags.iter().find_map(|tag| Locale::of(&tag.to_std_string_lossy()));
    match known {
        Some(locale) => Ok(locale),
        // Outside of a run there is no tenant.
        None => Ok(Session::of(context).and_then(|session| session.with(|run| run.locale)).unwrap_or_default()),
    }
}
