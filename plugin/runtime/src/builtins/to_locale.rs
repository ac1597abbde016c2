//! `toLocaleString` of numbers and dates, which know no language in the engine: its data would be some megabytes in each worker.

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue};

use super::{Native, replace};
use crate::{api::in_languages, convert};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (number, big_int, date) =
        (constructors.number().prototype(), constructors.bigint().prototype(), constructors.date().prototype());
    replace(&number, &[("toLocaleString", to_string_of_number)], context)?;
    replace(&big_int, &[("toLocaleString", to_string_of_big_int)], context)?;
    let of_dates: [(&str, Native); 3] = [
        ("toLocaleString", |date, args, context| {
            said(in_languages::date_time_string(date, args.get_or_undefined(0), args.get_or_undefined(1), context))
        }),
        ("toLocaleDateString", |date, args, context| {
            said(in_languages::date_string(date, args.get_or_undefined(0), args.get_or_undefined(1), context))
        }),
        ("toLocaleTimeString", |date, args, context| {
            said(in_languages::time_string(date, args.get_or_undefined(0), args.get_or_undefined(1), context))
        }),
    ];
    replace(&date, &of_dates, context)
}

fn said(text: JsResult<String>) -> JsResult<JsValue> {
    text.map(|text| JsString::from(text).into())
}

fn to_string_of_number(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = primitive(this).filter(JsValue::is_number);
    let number = number.ok_or_else(|| JsNativeError::typ().with_message("this is no number"))?;
    said(in_languages::number_string(&number, args.get_or_undefined(0), args.get_or_undefined(1), context))
}

fn to_string_of_big_int(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = primitive(this).filter(JsValue::is_bigint);
    let number = number.ok_or_else(|| JsNativeError::typ().with_message("this is no BigInt"))?;
    said(in_languages::number_string(&number, args.get_or_undefined(0), args.get_or_undefined(1), context))
}

/// A value, or what an object is made of.
fn primitive(value: &JsValue) -> Option<JsValue> {
    match value.as_object() {
        Some(object) => convert::unboxed(&object),
        None => Some(value.clone()),
    }
}
