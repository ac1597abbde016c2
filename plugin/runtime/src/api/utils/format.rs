//! `utils.format`: numbers, money, dates and distances in time as people write them. The same on every machine.
//!
//! The language is the tenant's (`context.tenant.locale`) unless one is named; one that we do not know is refused when it
//! is named, and English when the tenant has it.

mod decimal;
mod relative;
mod web;

use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant};

use self::decimal::Decimal;
pub(crate) use self::web::{date_string, date_time_string, number_string, time_string};
use super::date;
use crate::{
    api::{namespace, options::Options},
    isolate::Session,
    locale::{Locale, currency_decimals},
};

/// The most decimals that are written.
const MOST_DECIMALS: u32 = 100;
/// The most decimals of a number, unless more are asked for.
const DECIMALS_OF_NUMBERS: u32 = 3;

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(
        &[
            ("number", 1, number),
            ("money", 2, money),
            ("date", 1, date::format_style),
            ("relative", 1, relative::relative),
        ],
        context,
    )
}

/// A language by its tag, or the tenant's.
pub(super) fn locale(function: &str, tag: Option<String>, context: &Context) -> JsResult<&'static Locale> {
    let Some(tag) = tag else { return Session::of(context)?.with(|run| run.locale) };
    Locale::of(&tag).ok_or_else(|| {
        let known: Vec<&str> = Locale::ALL.iter().map(|locale| locale.language).collect();
        let tag: String = tag.chars().take(50).collect();
        let message = format!("{function} knows no locale `{tag}`; there are {}", known.join(", "));
        JsNativeError::range().with_message(message).into()
    })
}

fn number(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.number";
    const OPTIONS: [&str; 6] = ["locale", "decimals", "minDecimals", "maxDecimals", "grouping", "percent"];
    let options = Options::read(NAME, args.get_or_undefined(1), &OPTIONS, context)?;
    let locale = locale(NAME, options.text("locale", context)?, context)?;
    let decimals = options.whole("decimals", MOST_DECIMALS, context)?;
    let least = options.whole("minDecimals", MOST_DECIMALS, context)?.or(decimals).unwrap_or_default();
    let most = options.whole("maxDecimals", MOST_DECIMALS, context)?.or(decimals);
    let grouping = options.flag("grouping", true, context)?;
    let percent = options.flag("percent", false, context)?;
    let is_number = args.get_or_undefined(0).is_number();
    let most = most.or(percent.then_some(0)).or(is_number.then_some(DECIMALS_OF_NUMBERS));
    let style = NumberStyle { least, most: most.map(|most| most.max(least)), grouping, percent };
    let text = style.write(amount(NAME, args.get_or_undefined(0))?, locale);
    Ok(JsString::from(text).into())
}

/// How a number is written.
struct NumberStyle {
    /// Decimals at the least.
    least: u32,
    /// Decimals at the most; all that there are without it.
    most: Option<u32>,
    grouping: bool,
    percent: bool,
}

impl NumberStyle {
    fn write(&self, amount: Amount, locale: &Locale) -> String {
        let value = match amount {
            Amount::Decimal(value) if self.percent => value.shifted(2),
            Amount::Decimal(value) => value,
            Amount::Infinite { negative } => return if negative { "-∞" } else { "∞" }.to_owned(),
            Amount::Nothing => return locale.not_a_number.to_owned(),
        };
        let value = value.rounded(self.least, self.most);
        let mut text = if value.is_negative() { "-".to_owned() } else { String::new() };
        value.write(locale, self.grouping, &mut text);
        if self.percent {
            text.push_str(locale.percent);
        }
        text
    }
}

fn money(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.money";
    let code = args.get_or_undefined(1).as_string().map(|code| code.to_std_string_lossy().to_ascii_uppercase());
    let code = code.filter(|code| code.len() == 3 && code.bytes().all(|sign| sign.is_ascii_uppercase()));
    let code = code.ok_or_else(|| {
        JsNativeError::range().with_message(format!("{NAME} needs a currency's code, as 'UZS', as its second argument"))
    })?;
    let options = Options::read(NAME, args.get_or_undefined(2), &["locale", "decimals"], context)?;
    let locale = locale(NAME, options.text("locale", context)?, context)?;
    let decimals = options.whole("decimals", MOST_DECIMALS, context)?.unwrap_or_else(|| currency_decimals(&code));
    let Amount::Decimal(value) = amount(NAME, args.get_or_undefined(0))? else {
        return Err(JsNativeError::range().with_message(format!("{NAME}: the amount is no number")).into());
    };
    Ok(JsString::from(priced(&value.rounded(decimals, Some(decimals)), &code, locale, Grouping::On)).into())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    On,
    Off,
}

/// An amount with the sign of its currency.
fn priced(value: &Decimal, code: &str, locale: &Locale, grouping: Grouping) -> String {
    let (sign, grouping) = (locale.currency(code), grouping == Grouping::On);
    let mut text = if value.is_negative() { "-".to_owned() } else { String::new() };
    if locale.currency_first {
        text.push_str(sign);
        // A sign that ends in a letter would run into the digits.
        if sign.ends_with(|last: char| last.is_alphanumeric() || last == '.') {
            text.push('\u{a0}');
        }
        value.write(locale, grouping, &mut text);
    } else {
        value.write(locale, grouping, &mut text);
        text.push('\u{a0}');
        text.push_str(sign);
    }
    text
}

/// What is to be written.
enum Amount {
    Decimal(Decimal),
    Infinite { negative: bool },
    Nothing,
}

/// A number, a BigInt, or a text of digits, of which none gets lost.
fn amount(function: &str, value: &JsValue) -> JsResult<Amount> {
    let text = match value.variant() {
        JsVariant::Integer32(number) => number.to_string(),
        JsVariant::Float64(number) if number.is_nan() => return Ok(Amount::Nothing),
        JsVariant::Float64(number) if number.is_infinite() => {
            return Ok(Amount::Infinite { negative: number < 0.0 });
        }
        JsVariant::Float64(number) => number.to_string(),
        JsVariant::BigInt(number) => number.to_string(),
        JsVariant::String(text) => text.to_std_string_lossy(),
        _ => return Err(no_amount(function, "")),
    };
    Decimal::parse(text.trim()).map(Amount::Decimal).ok_or_else(|| no_amount(function, &text))
}

fn no_amount(function: &str, text: &str) -> JsError {
    let shown: String = text.chars().take(50).collect();
    let of = if shown.is_empty() { String::new() } else { format!("; `{shown}` is none") };
    let message = format!("{function} needs a number, a BigInt or a text of digits as '1234.50'{of}");
    JsNativeError::typ().with_message(message).into()
}
