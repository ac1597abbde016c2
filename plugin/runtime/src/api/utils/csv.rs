//! `utils.csv`: `parse(text, options?)` and `stringify(rows, options?)`, for tables of any size.
//!
//! Parsed values are strings; the script converts them. The time is linear in the size of the table.

mod blanks;
mod parse;
mod stringify;

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsValue, js_string};

use crate::api::{namespace, options::Options};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("parse", 1, parse::parse), ("stringify", 1, stringify::stringify)], context)
}

/// Returns an option that must be a character of one byte.
fn sign(options: &Options, name: &str, default: u8, context: &mut Context) -> JsResult<u8> {
    let Some(given) = options.text(name, context)? else { return Ok(default) };
    match given.as_bytes() {
        [sign] if !matches!(sign, b'\n' | b'\r' | 0) => Ok(*sign),
        _ => Err(options.wrong(name, "one character, such as ',', ';' or '\\t'")),
    }
}

fn wrong(message: String) -> JsError {
    JsNativeError::range().with_message(message).into()
}

/// Returns the items of an array of strings; `None` for other values.
fn texts(value: &JsValue, context: &mut Context) -> JsResult<Option<Vec<String>>> {
    let Some(array) = value.as_object().filter(JsObject::is_array) else { return Ok(None) };
    let length = array.get(js_string!("length"), context)?.to_length(context)?;
    let mut texts = Vec::new();
    for index in 0..length {
        let Some(text) = array.get(index, context)?.as_string() else { return Ok(None) };
        texts.push(text.to_std_string_lossy());
    }
    Ok(Some(texts))
}
