//! The methods of numbers, BigInts, dates and texts that know languages.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    builtins::date::Date,
    object::builtins::{JsDate, JsFunction},
};

use super::{
    super::{Native, function, replace, replace_one},
    collator,
    date_options::{self, Usual},
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
        ("toLocaleString", |date, args, context| of_date(date, args, Usual::DateAndTime, context)),
        ("toLocaleDateString", |date, args, context| of_date(date, args, Usual::Date, context)),
        ("toLocaleTimeString", |date, args, context| of_date(date, args, Usual::Time, context)),
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

/// A value, or what an object is made of.
fn primitive(value: &JsValue) -> Option<JsValue> {
    match value.as_object() {
        Some(object) => unboxed(&object),
        None => Some(value.clone()),
    }
}

fn of_date(this: &JsValue, args: &[JsValue], usual: Usual, context: &mut Context) -> JsResult<JsValue> {
    let Some(date) = this.as_object().filter(JsObject::is::<Date>) else {
        return Err(JsNativeError::typ().with_message("this is not a Date object.").into());
    };
    let at = JsDate::from_object(date)?.get_time(context)?.to_number(context)?;
    let (locales, options) = (args.get_or_undefined(0), args.get_or_undefined(1));
    // A wrong option is an error before a wrong date is a text.
    let (language, options, zone) = date_options::read(locales, options, usual, context)?;
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

/// Puts a method in place that takes the language's rules, if it has its own, and else those of the method beside it.
fn change_case(string: &JsObject, name: &str, of_all: &str, case: Case, context: &mut Context) -> JsResult<()> {
    let of_all = function(string, JsString::from(of_all), context)?;
    let body = NativeFunction::from_copy_closure_with_captures(
        move |this, args, of_all: &JsFunction, context| {
            let given = this.require_object_coercible()?.to_string(context)?;
            // The first language counts, known or not.
            let requested = locales::requested(args.get_or_undefined(0), context)?;
            let language = match requested.first() {
                Some(tag) => Language::of(tag),
                None => Some(locales::usual(context)),
            };
            let whole = given.to_std_string().ok();
            let changed = language.zip(whole).and_then(|(language, whole)| case::changed(&whole, case, &language));
            match changed {
                Some(changed) => Ok(text(&changed)),
                None => of_all.call(&given.into(), &[], context),
            }
        },
        of_all,
    );
    replace_one(string, JsString::from(name), body, context)
}
