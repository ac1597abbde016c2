//! `Intl.RelativeTimeFormat`.

use boa_engine::{Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsValue, Trace};

use super::{
    class::{self, Call, Class},
    formatters::Formatters,
    language_name, locales,
    number_options::WIDTHS,
    options::Options,
    parts, resolved, text,
};
use crate::intl::{
    language::Language,
    number::Value,
    relative::{Unit, Words},
    text::Text,
    width::Width,
};

const NAME: &str = "RelativeTimeFormat";

#[derive(Debug, Clone, Trace, Finalize, JsData)]
struct RelativeTimeFormat {
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    width: Width,
    #[unsafe_ignore_trace]
    words: Words,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Refused,
        make,
        methods: &[
            ("format", 2, format),
            ("formatToParts", 2, format_to_parts),
            ("resolvedOptions", 0, resolved_options),
        ],
        getters: &[],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let language = locales::resolved(args.get_or_undefined(0), context)?;
    let options = Options::coerced("Intl.RelativeTimeFormat", args.get_or_undefined(1), context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let language = language.with_digits(options.text("numberingSystem", context)?.as_deref());
    let width = options.word("style", &WIDTHS, context)?.unwrap_or(Width::Long);
    let words = options.word("numeric", &[("always", Words::Never), ("auto", Words::IfAny)], context)?;
    let format = RelativeTimeFormat { language, width, words: words.unwrap_or(Words::Never) };
    Ok(JsObject::from_proto_and_data(prototype, format))
}

fn format(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Ok(text(written(this, args, context)?.0.as_str()))
}

fn format_to_parts(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (written, unit) = written(this, args, context)?;
    let name = Unit::NAMES.iter().find(|(_, _, known)| *known == unit).map_or("", |(name, ..)| name);
    parts(&written, &[("unit", text(name))], context)
}

fn written(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<(Text, Unit)> {
    let format = class::with(this, NAME, RelativeTimeFormat::clone)?;
    let count = class::first(args).to_number(context)?;
    let named = args.get_or_undefined(1).to_string(context)?.to_std_string_lossy();
    let unit = Unit::NAMES.iter().find(|(one, many, _)| *one == named || *many == named).map(|(.., unit)| *unit);
    let unit = unit.ok_or_else(|| {
        let named: String = named.chars().take(50).collect();
        JsNativeError::range().with_message(format!("Invalid unit argument for format() '{named}'"))
    })?;
    let Value::Finite(count) = Value::of_f64(count) else {
        return Err(JsNativeError::range().with_message("Intl.RelativeTimeFormat: the value is not finite").into());
    };
    let (width, words) = (format.width, format.words);
    Ok((Formatters::relative(format.language.clone(), unit, width, words, context)?.format(&count), unit))
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let format = class::with(this, NAME, RelativeTimeFormat::clone)?;
    let width = WIDTHS.iter().find(|(_, width)| *width == format.width).map(|(name, _)| text(name));
    let members = [
        ("locale", Some(language_name(&format.language))),
        ("style", width),
        ("numeric", Some(text(if format.words == Words::IfAny { "auto" } else { "always" }))),
        ("numberingSystem", Some(text(&format.language.digits()))),
    ];
    resolved(&members, context)
}
