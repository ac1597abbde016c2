//! `utils.format`: formats numbers, money, dates and relative times for people, identically on every machine.
//!
//! The default language is the tenant's (`context.tenant.locale`). An unknown language is an error if it is given, and English if it
//! is the tenant's.

mod date;
mod relative;

use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant};

use super::arguments::language;
use crate::{
    api::{namespace, options::Options},
    builtins::Formatters,
    intl::number::{
        CurrencyDisplay, CurrencySign, Digits, Grouping, NumberOptions, Precision, SignDisplay, Style, Value,
        currency_decimals,
    },
};

/// Maximum of decimals.
const MAX_DECIMALS: u32 = 100;
/// Default maximum of decimals of a number.
const DEFAULT_MAX_DECIMALS: u32 = 3;

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(
        &[("number", 1, number), ("money", 2, money), ("date", 1, date::date), ("relative", 1, relative::relative)],
        context,
    )
}

fn number(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.number";
    const OPTIONS: [&str; 6] = ["locale", "decimals", "minDecimals", "maxDecimals", "grouping", "percent"];
    let options = Options::read(NAME, args.get_or_undefined(1), &OPTIONS, context)?;
    let language = language(NAME, options.text("locale", context)?, context)?;
    let decimals = options.whole("decimals", MAX_DECIMALS, context)?;
    let least = options.whole("minDecimals", MAX_DECIMALS, context)?.or(decimals).unwrap_or_default();
    let most = options.whole("maxDecimals", MAX_DECIMALS, context)?.or(decimals);
    let grouping = options.flag("grouping", true, context)?;
    let percent = options.flag("percent", false, context)?;
    let is_number = args.get_or_undefined(0).is_number();
    let most = most.or(percent.then_some(0)).or(is_number.then_some(DEFAULT_MAX_DECIMALS));
    let value = amount(NAME, args.get_or_undefined(0))?;
    let options = NumberOptions {
        style: if percent { Style::Percent } else { Style::Decimal },
        grouping: if grouping { Grouping::Auto } else { Grouping::Never },
        digits: match most {
            Some(most) => Digits::fraction(narrow(least), narrow(most.max(least))),
            None => Digits::with(Precision::All(narrow(least))),
        },
        sign: SignDisplay::Negative,
        ..NumberOptions::default()
    };
    Ok(JsString::from(Formatters::number(language, options, context)?.format(&value).as_str()).into())
}

/// Converts decimals, whose range was checked when they were read.
fn narrow(decimals: u32) -> u8 {
    u8::try_from(decimals).unwrap_or(u8::MAX)
}

fn money(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.money";
    let code = args.get_or_undefined(1).as_string().map(|code| code.to_std_string_lossy().to_ascii_uppercase());
    let code = code.filter(|code| code.len() == 3 && code.bytes().all(|sign| sign.is_ascii_uppercase()));
    let code = code.ok_or_else(|| {
        JsNativeError::range()
            .with_message(format!("{NAME} needs a currency code, such as 'UZS', as its second argument"))
    })?;
    let options = Options::read(NAME, args.get_or_undefined(2), &["locale", "decimals"], context)?;
    let language = language(NAME, options.text("locale", context)?, context)?;
    let decimals = options.whole("decimals", MAX_DECIMALS, context)?.map_or_else(|| currency_decimals(&code), narrow);
    let value = amount(NAME, args.get_or_undefined(0))?;
    if !matches!(value, Value::Finite(_)) {
        return Err(JsNativeError::range().with_message(format!("{NAME}: the amount is not a number")).into());
    }
    let options = NumberOptions {
        style: Style::Currency { code, display: CurrencyDisplay::Symbol, sign: CurrencySign::Standard },
        digits: Digits::fraction(decimals, decimals),
        sign: SignDisplay::Negative,
        ..NumberOptions::default()
    };
    Ok(JsString::from(Formatters::number(language, options, context)?.format(&value).as_str()).into())
}

/// Reads a number, a BigInt, or a string of digits, which keeps full precision.
fn amount(function: &str, value: &JsValue) -> JsResult<Value> {
    let text = match value.variant() {
        JsVariant::Integer32(number) => return Ok(Value::of_f64(number.into())),
        JsVariant::Float64(number) => return Ok(Value::of_f64(number)),
        JsVariant::BigInt(number) => number.to_string(),
        JsVariant::String(text) => text.to_std_string_lossy(),
        _ => return Err(no_amount(function, "")),
    };
    Value::of_digits(text.trim()).ok_or_else(|| no_amount(function, &text))
}

fn no_amount(function: &str, text: &str) -> JsError {
    let shown: String = text.chars().take(50).collect();
    let of = if shown.is_empty() { String::new() } else { format!(", not `{shown}`") };
    let message = format!("{function} needs a number, a BigInt or a string of digits such as '1234.50'{of}");
    JsNativeError::typ().with_message(message).into()
}
