//! The locale-sensitive methods of numbers, BigInts, dates and strings.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    builtins::date::Date,
    object::builtins::{JsDate, JsFunction},
};

use super::{
    super::{Native, function, replace, replace_one},
    collator,
    date_options::{self, DefaultParts},
    date_time_format::milliseconds,
    formatters::Formatters,
    locales, number_format, number_options, text,
};
use crate::{
    intl::{
        case::{self, Case},
        date::Spaces,
        language::Language,
    },
    objects::unboxed,
};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (number, big_int) = (constructors.number().prototype(), constructors.bigint().prototype());
    let (date, string) = (constructors.date().prototype(), constructors.string().prototype());
    replace(&number, &[("toLocaleString", of_number)], context)?;
    replace(&big_int, &[("toLocaleString", of_big_int)], context)?;
    let of_dates: [(&str, Native); 3] = [
        ("toLocaleString", |date, args, context| of_date(date, args, DefaultParts::DateAndTime, context)),
        ("toLocaleDateString", |date, args, context| of_date(date, args, DefaultParts::Date, context)),
        ("toLocaleTimeString", |date, args, context| of_date(date, args, DefaultParts::Time, context)),
    ];
    replace(&date, &of_dates, context)?;
    replace(&string, &[("localeCompare", locale_compare)], context)?;
    change_case(&string, "toLocaleLowerCase", "toLowerCase", Case::Lower, context)?;
    change_case(&string, "toLocaleUpperCase", "toUpperCase", Case::Upper, context)
}

fn of_number(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = primitive(this).filter(JsValue::is_number);
    let number = number.ok_or_else(|| {
        JsNativeError::typ().with_message("Number.prototype.toLocaleString requires that 'this' be a Number")
    })?;
    number_string(&number, args, context)
}

fn of_big_int(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = primitive(this).filter(JsValue::is_bigint);
    let number = number.ok_or_else(|| {
        JsNativeError::typ().with_message("BigInt.prototype.toLocaleString requires that 'this' be a BigInt")
    })?;
    number_string(&number, args, context)
}

fn number_string(number: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (language, options) = number_options::read(args.get_or_undefined(0), args.get_or_undefined(1), context)?;
    let number = number_format::number(number, context)?;
    Ok(text(Formatters::number(language, options, context)?.format(&number).as_str()))
}

/// Returns a value, or the primitive of a wrapper object.
fn primitive(value: &JsValue) -> Option<JsValue> {
    match value.as_object() {
        Some(object) => unboxed(&object),
        None => Some(value.clone()),
    }
}

fn of_date(this: &JsValue, args: &[JsValue], default_parts: DefaultParts, context: &mut Context) -> JsResult<JsValue> {
    let Some(date) = this.as_object().filter(JsObject::is::<Date>) else {
        return Err(JsNativeError::typ().with_message("this is not a Date object.").into());
    };
    let at = JsDate::from_object(date)?.get_time(context)?.to_number(context)?;
    let (locales, options) = (args.get_or_undefined(0), args.get_or_undefined(1));
    // An invalid option throws before an invalid date is formatted.
    let (language, options, zone) = date_options::read(locales, options, default_parts, context)?;
    let Some(at_ms) = milliseconds(at) else { return Ok(text("Invalid Date")) };
    let written = Formatters::date(language, options, zone, Spaces::Plain, context)?.format(at_ms);
    Ok(text(written.as_ref().map_or("Invalid Date", |written| written.as_str())))
}

fn locale_compare(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let left = this.require_object_coercible()?.to_string(context)?;
    let right = args.get_or_undefined(0).to_string(context)?;
    let collation = collator::collation(args.get_or_undefined(1), args.get_or_undefined(2), context)?;
    Ok(collator::compared(&collation, &left, &right))
}

/// Installs a method that applies the language's special rules, if it has any, and otherwise calls the method without a
/// locale.
fn change_case(string: &JsObject, name: &str, default_method: &str, case: Case, context: &mut Context) -> JsResult<()> {
    let default_method = function(string, JsString::from(default_method), context)?;
    let body = NativeFunction::from_copy_closure_with_captures(
        move |this, args, default_method: &JsFunction, context| {
            let given = this.require_object_coercible()?.to_string(context)?;
            // The first language counts, supported or not.
            let requested = locales::requested(args.get_or_undefined(0), context)?;
            let language = match requested.first() {
                Some(tag) => Language::of(tag),
                None => Some(locales::default_language(context)),
            };
            let whole = given.to_std_string().ok();
            let changed = language.zip(whole).and_then(|(language, whole)| case::changed(&whole, case, &language));
            match changed {
                Some(changed) => Ok(text(&changed)),
                None => default_method.call(&given.into(), &[], context),
            }
        },
        default_method,
    );
    replace_one(string, JsString::from(name), body, context)
}
