//! Methods of `String.prototype` that search, in linear time. Regular expressions are only delegated to their own methods.

mod repeat;
mod replace;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, object::builtins::JsArray,
    value::IntegerOrInfinity,
};

use super::{
    replace as replace_methods,
    text::{self, Search},
};

pub(super) use replace::{ReplacedMatch, Replacement, between};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().string().prototype();
    let methods: [(&str, super::Native); 9] = [
        ("indexOf", index_of),
        ("lastIndexOf", last_index_of),
        ("includes", includes),
        ("split", split),
        ("replace", replace::replace),
        ("replaceAll", replace::replace_all),
        ("repeat", repeat::repeat),
        ("padStart", repeat::pad_start),
        ("padEnd", repeat::pad_end),
    ];
    replace_methods(&prototype, &methods, context)
}

fn index_of(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let string = this.require_object_coercible()?.to_string(context)?;
    let pattern = args.get_or_undefined(0).to_string(context)?;
    let start = args.get_or_undefined(1).to_integer_or_infinity(context)?.clamp_finite(0, string.len());
    Ok(position(Search::new(string.as_str(), pattern.as_str()).first(start)))
}

fn last_index_of(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let string = this.require_object_coercible()?.to_string(context)?;
    let pattern = args.get_or_undefined(0).to_string(context)?;
    let from = args.get_or_undefined(1).to_number(context)?;
    let from = if from.is_nan() { IntegerOrInfinity::PositiveInfinity } else { IntegerOrInfinity::from(from) };
    Ok(position(text::last(string.as_str(), pattern.as_str(), from.clamp_finite(0, string.len()))))
}

fn includes(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let string = this.require_object_coercible()?.to_string(context)?;
    let pattern = args.get_or_undefined(0);
    if is_reg_exp(pattern, context)? {
        let message = "first argument to String.prototype.includes must not be a regular expression";
        return Err(JsNativeError::typ().with_message(message).into());
    }
    let pattern = pattern.to_string(context)?;
    let start = args.get_or_undefined(1).to_integer_or_infinity(context)?.clamp_finite(0, string.len());
    Ok(Search::new(string.as_str(), pattern.as_str()).first(start).is_some().into())
}

fn split(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this.require_object_coercible()?;
    let (separator, limit) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if let Some(splitter) = method(separator, JsSymbol::split(), context)? {
        return splitter.call(separator, &[this.clone(), limit.clone()], context);
    }
    let string = this.to_string(context)?;
    let limit = if limit.is_undefined() { u32::MAX } else { limit.to_u32(context)? };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let pattern = separator.to_string(context)?;
    let parts = if limit == 0 {
        Vec::new()
    } else if separator.is_undefined() {
        vec![string]
    } else if pattern.is_empty() {
        let units = 0..string.len().min(limit);
        units.map(|at| context.work(1).map(|()| text::part(&string, at, at + 1))).collect::<JsResult<_>>()?
    } else {
        split_by(&string, &pattern, limit, context)?
    };
    Ok(JsArray::from_iter(parts.into_iter().map(JsValue::from), context).into())
}

fn split_by(string: &JsString, pattern: &JsString, limit: usize, context: &Context) -> JsResult<Vec<JsString>> {
    let search = Search::new(string.as_str(), pattern.as_str());
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(end) = search.first(start) {
        context.work(1)?;
        parts.push(text::part(string, start, end));
        if parts.len() == limit {
            return Ok(parts);
        }
        start = end + pattern.len();
    }
    parts.push(text::part(string, start, string.len()));
    Ok(parts)
}

/// `GetMethod` of an object; `None` for any other value.
fn method(value: &JsValue, name: JsSymbol, context: &mut Context) -> JsResult<Option<JsObject>> {
    let Some(object) = value.as_object() else { return Ok(None) };
    let method = object.get(name, context)?;
    if method.is_null_or_undefined() {
        return Ok(None);
    }
    let message = "value returned for property of object is not a function";
    method.as_callable().map(Some).ok_or_else(|| JsNativeError::typ().with_message(message).into())
}

/// `IsRegExp`.
fn is_reg_exp(value: &JsValue, context: &mut Context) -> JsResult<bool> {
    let Some(object) = value.as_object() else { return Ok(false) };
    let matcher = object.get(JsSymbol::r#match(), context)?;
    Ok(if matcher.is_undefined() { value.is_regexp() } else { matcher.to_boolean() })
}

fn position(found: Option<usize>) -> JsValue {
    found.map_or_else(|| JsValue::from(-1), JsValue::from)
}
