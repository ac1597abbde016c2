//! `Intl.NumberFormat`.

use std::rc::Rc;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsObject, JsResult, JsString, JsValue, JsVariant, Trace,
    object::builtins::JsFunction, value::PreferredType,
};

use super::{
    class::{self, Call, Class},
    digit_options,
    formatters::Formatters,
    language_name, number_options,
    number_options::{CURRENCY_SIGNS, DISPLAYS, SIGNS, WIDTHS},
    parts, resolved, text, word,
};
use crate::intl::{
    language::Language,
    number::{CompactWidth, Grouping, Notation, NumberFormatter, NumberOptions, Style, Value},
    text::Text,
};

const NAME: &str = "NumberFormat";

#[derive(Debug, Trace, Finalize, JsData)]
struct NumberFormat {
    #[unsafe_ignore_trace]
    formatter: Rc<NumberFormatter>,
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    options: NumberOptions,
    format: Option<JsFunction>,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Allowed,
        make,
        methods: &[("formatToParts", 1, format_to_parts), ("resolvedOptions", 0, resolved_options)],
        getters: &[("format", format)],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let (language, options) = number_options::read(args.get_or_undefined(0), args.get_or_undefined(1), context)?;
    let formatter = Formatters::number(language.clone(), options.clone(), context)?;
    Ok(JsObject::from_proto_and_data(prototype, NumberFormat { formatter, language, options, format: None }))
}

fn format(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let written = |this: &JsValue, args: &[JsValue], context: &mut Context| {
        Ok(JsString::from(written(this, class::first(args), context)?.as_str()).into())
    };
    let made = |context: &Context| class::bound(this, 1, written, context);
    class::cached_function(this, NAME, |this: &mut NumberFormat| &mut this.format, made, context)
}

fn format_to_parts(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    parts(&written(this, class::first(args), context)?, &[], context)
}

fn written(this: &JsValue, value: &JsValue, context: &mut Context) -> JsResult<Text> {
    let formatter = class::with(this, NAME, |this: &NumberFormat| Rc::clone(&this.formatter))?;
    Ok(formatter.format(&number(value, context)?))
}

/// `ToIntlMathematicalValue`: converts BigInts and strings without losing digits.
pub(super) fn number(value: &JsValue, context: &mut Context) -> JsResult<Value> {
    let value = value.to_primitive(context, PreferredType::Number)?;
    let digits = match value.variant() {
        JsVariant::BigInt(number) => Some(number.to_string()),
        JsVariant::String(text) => Some(text.to_std_string_lossy().trim().to_owned()),
        _ => None,
    };
    match digits.as_deref().and_then(Value::of_digits) {
        Some(number) => Ok(number),
        None => Ok(Value::of_f64(value.to_number(context)?)),
    }
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (language, options) =
        class::with(this, NAME, |this: &NumberFormat| (this.language.clone(), this.options.clone()))?;
    let name = |name: &str| Some(text(name));
    let digits = language.digits();
    let mut members = vec![("locale", Some(language_name(&language))), ("numberingSystem", name(&digits))];
    match &options.style {
        Style::Decimal => members.push(("style", name("decimal"))),
        Style::Percent => members.push(("style", name("percent"))),
        Style::Currency { code, display, sign } => members.extend([
            ("style", name("currency")),
            ("currency", name(code)),
            ("currencyDisplay", word(&DISPLAYS, *display)),
            ("currencySign", word(&CURRENCY_SIGNS, *sign)),
        ]),
        Style::Unit { unit, width } => {
            members.extend([("style", name("unit")), ("unit", name(unit)), ("unitDisplay", word(&WIDTHS, *width))])
        }
    }
    let mut digits = digit_options::resolved(&options.digits);
    let rounding = digits.split_off(5);
    members.append(&mut digits);
    members.push((
        "useGrouping",
        Some(match options.grouping {
            Grouping::Never => false.into(),
            Grouping::Auto => text("auto"),
            Grouping::Always => text("always"),
            Grouping::MinTwo => text("min2"),
        }),
    ));
    let (notation, compact) = match options.notation {
        Notation::Standard => ("standard", None),
        Notation::Scientific => ("scientific", None),
        Notation::Engineering => ("engineering", None),
        Notation::Compact(CompactWidth::Short) => ("compact", name("short")),
        Notation::Compact(CompactWidth::Long) => ("compact", name("long")),
    };
    members.extend([
        ("notation", name(notation)),
        ("compactDisplay", compact),
        ("signDisplay", word(&SIGNS, options.sign)),
    ]);
    members.extend(rounding);
    resolved(&members, context)
}
